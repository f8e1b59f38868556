namespace S3Scheduler.Api.Tests.Http;

public sealed class CancelManyTests : IDisposable
{
    private readonly LocalService _local = new();

    private Client Client => _local.Client;

    public void Dispose() => _local.Dispose();

    [Fact]
    public async Task A_page_of_pending_schedules_is_cancelled_after_a_dry_run_has_said_how_many()
    {
        for (var n = 0; n < 5; n++)
            await Client.PostAsync(Form.To(n < 3 ? "few" : "others", $"{n}").DueAt($"2030-01-01T0{n}:00:00Z"));
        var before = _local.Files();

        (await CancelAsync("bucket=few&dryRun=true")).ShouldBe((3, 0, 0, null));
        _local.Files().ShouldBe(before);
        (await CancelAsync("bucket=few&dryRun=false")).ShouldBe((3, 0, 0, null));
        (await CancelAsync("bucket=few")).ShouldBe((0, 0, 0, null));
        (await CancelAsync("from=2030-01-01T04:00Z&status=pending")).ShouldBe((1, 0, 0, null));
        (await Client.PagesAsync("")).Single().GetProperty("schedules").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task What_is_due_is_left_and_failed_ones_are_deleted()
    {
        var hour = TimeSpan.FromHours(1);
        await Client.PostAsync(Form.To("reports", "a/b").DueAt(_local.Now + hour));
        (await _local.SweepAfterAsync(2 * hour)).Delivered.ShouldBe(1);
        var failed = await Client.PostAsync(Form.To("reports", "a").DueAt(_local.Now + hour)); // a folder by now
        await _local.SweepAfterAsync(2 * hour);
        await Client.PostAsync(Form.To("reports", "now").DueAt(_local.Now));

        (await CancelAsync("bucket=reports")).ShouldBe((0, 1, 0, null));
        (await CancelAsync("status=failed&code=NoSuchBucket")).ShouldBe((0, 0, 0, null));
        (await CancelAsync("status=failed&code=KeyIsFolder&dryRun=true")).ShouldBe((1, 0, 0, null));
        (await CancelAsync("status=failed&code=KeyIsFolder")).ShouldBe((1, 0, 0, null));
        (await Client.GetAsync(Client.PathOf(failed.Key))).ShouldBeProblem(404);
    }

    [Fact]
    public async Task A_next_is_followed_until_it_is_null()
    {
        var folder = Directory.CreateDirectory(_local.Root["scheduler/schedules"]).FullName;
        for (var n = 0; n < 1_003; n++)
        {
            var name = $"2030-01-01T00:{n / 60:D2}:{n % 60:D2}.000Z|reports|a";
            await File.WriteAllTextAsync(Path.Combine(folder, name), "x", Core.Cancellation);
        }

        var first = await CancelAsync("bucket=reports");
        first.Cancelled.ShouldBe(999);
        var second = await CancelAsync($"bucket=reports&after={Uri.EscapeDataString(first.Next.ShouldNotBeNull())}");
        (second.Cancelled, second.Next).ShouldBe((4, null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?status=failed")]
    [InlineData("?dryRun=true&after=2030-01-01T00:00:00.000Z%7Creports%7Ca")]
    public async Task Without_a_filter_nothing_is_cancelled(string query)
    {
        await Client.PostAsync(Form.To("reports", "a").DueAt("2030-01-01T00:00:00Z"));
        var before = _local.Files();

        (await Client.SendAsync(HttpMethod.Post, $"/schedules/cancel{query}")).ShouldBeFaultOf("bucket")
            .ShouldContain("at least one filter");

        _local.Files().ShouldBe(before);
    }

    [Theory]
    [InlineData("status=delivered&bucket=reports", "status"), InlineData("status=all&bucket=reports", "status")]
    [InlineData("code=NoSuchBucket", "code"), InlineData("bucket=reports&dryRun=1", "dryRun")]
    [InlineData("bucket=reports&dryRun=", "dryRun"), InlineData("bucket=reports&dryRun=true&dryRun=true", "dryRun")]
    [InlineData("bucket=reports&limit=1", "limit"), InlineData("bucket=reports&after=x", "after")]
    [InlineData("from=x&to=y&bucket=&keyPrefix=&dryRun=x", "from", "to", "bucket", "keyPrefix", "dryRun")]
    public async Task A_wrong_parameter_is_refused_by_name(string query, params string[] names) =>
        (await Client.SendAsync(HttpMethod.Post, $"/schedules/cancel?{query}")).ShouldBeFaultOf(names);

    private async Task<(int Cancelled, int TooLate, int Unresolved, string? Next)> CancelAsync(string query)
    {
        var answer = await Client.SendAsync(HttpMethod.Post, $"/schedules/cancel?{query}");
        answer.Status.ShouldBe(200, answer.Text);
        answer.Json.EnumerateObject().Select(p => p.Name).ShouldBe(["cancelled", "tooLate", "unresolved", "next"]);
        int Count(string name) => answer.Json.GetProperty(name).GetInt32();
        return (Count("cancelled"), Count("tooLate"), Count("unresolved"), answer["next"]);
    }
}
