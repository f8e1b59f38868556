namespace S3Scheduler.Api.Tests.Http;

public sealed class RescheduleManyTests : IDisposable
{
    private readonly LocalService _local = new();

    private Client Client => _local.Client;

    public void Dispose() => _local.Dispose();

    [Fact]
    public async Task Schedules_are_put_off_or_brought_forward_or_all_given_one_time()
    {
        foreach (var hour in (int[])[1, 2, 3])
            await Client.PostAsync(Form.To("reports", $"{hour}").DueAt($"2030-01-01T0{hour}:00:00Z"));
        var before = _local.Files();

        (await MoveAsync("bucket=reports&by=PT2H&dryRun=true")).ShouldBe((3, 0, 0, 0, null));
        _local.Files().ShouldBe(before);
        (await MoveAsync("bucket=reports&by=PT2H")).ShouldBe((3, 0, 0, 0, null));
        (await HoursAsync()).ShouldBe([3, 4, 5]);
        (await MoveAsync("from=2030-01-01T04:00Z&by=-PT4H")).ShouldBe((2, 0, 0, 0, null));
        (await HoursAsync()).ShouldBe([0, 1, 3]);
        (await MoveAsync("to=2030-01-01T03:00Z&dueAt=2030-01-01T07:00Z")).ShouldBe((2, 0, 0, 0, null));
        (await HoursAsync()).ShouldBe([3, 7, 7]);
    }

    [Fact]
    public async Task What_is_due_is_too_late_and_what_is_there_already_is_a_conflict()
    {
        await Client.PostAsync(Form.To("reports", "now").DueAt(_local.Now));
        foreach (var hour in (int[])[1, 2])
            await Client.PostAsync(Form.To("reports", "same").DueAt($"2030-01-01T0{hour}:00:00Z"));

        (await MoveAsync("bucket=reports&dueAt=2030-01-01T07:00Z")).ShouldBe((1, 1, 1, 0, null));
    }

    [Fact]
    public async Task The_next_of_a_page_and_a_time_can_be_given_as_after()
    {
        await Client.PostAsync(Form.To("reports", "a").DueAt("2030-01-01T01:00:00Z"));
        const string After = "2027-01-01T00:00:00.000Z";

        (await MoveAsync($"bucket=reports&by=PT1H&after=2026-01-01T00:00:00.000Z")).ShouldBe((0, 0, 0, 0, null));
        var key = Uri.EscapeDataString($"{After}|2030-01-01T02:00:00.000Z|reports|a");
        (await MoveAsync($"bucket=reports&by=PT1H&after={key}")).ShouldBe((0, 0, 0, 0, null));
        (await MoveAsync($"bucket=reports&by=PT1H&after={After}")).ShouldBe((1, 0, 0, 0, null));
    }

    [Theory]
    [InlineData("bucket=reports", "dueAt"), InlineData("bucket=reports&dueAt=2030-01-01T00:00Z&by=PT1H", "dueAt")]
    [InlineData("bucket=reports&by=1", "by"), InlineData("bucket=reports&by=--PT1H", "by")]
    [InlineData("bucket=reports&by=", "by"), InlineData("bucket=reports&by=-", "by")]
    [InlineData("by=PT1H", "bucket"), InlineData("bucket=reports&by=PT1H&status=failed", "status")]
    [InlineData("bucket=reports&by=PT1H&after=2030-01-01T00:00:00.000Z%7Creports%7Ca", "after")]
    [InlineData("bucket=reports&dueAt=tomorrow", "dueAt")]
    [InlineData("from=x&to=y&bucket=&keyPrefix=&dryRun=x&by=y", "from", "to", "bucket", "keyPrefix", "dryRun", "by")]
    public async Task A_wrong_parameter_is_refused_by_name(string query, params string[] names) =>
        (await Client.SendAsync(HttpMethod.Post, $"/schedules/reschedule?{query}")).ShouldBeFaultOf(names);

    [Fact]
    public async Task A_time_that_none_of_them_can_have_is_refused()
    {
        await Client.PostAsync(Form.To("reports", "a").DueAt("2030-01-01T00:00:00Z"));
        foreach (var time in (string[])["dueAt=2000-01-01T00:00Z", "by=P2950000D"])
            (await Client.SendAsync(HttpMethod.Post, $"/schedules/reschedule?bucket=reports&{time}"))
                .ShouldBeFaultOf(time.Split('=')[0]);
    }

    private async Task<List<int>> HoursAsync() =>
    [
        .. (await Client.PagesAsync("")).Single().GetProperty("schedules").EnumerateArray()
            .Select(s => s.GetProperty("dueAt").GetDateTimeOffset().Hour),
    ];

    private async Task<(int Rescheduled, int TooLate, int Conflicts, int Unresolved, string? Next)> MoveAsync(
        string query)
    {
        var answer = await Client.SendAsync(HttpMethod.Post, $"/schedules/reschedule?{query}");
        answer.Status.ShouldBe(200, answer.Text);
        int Count(string name) => answer.Json.GetProperty(name).GetInt32();
        return (
            Count("rescheduled"), Count("tooLate"), Count("conflicts"), Count("unresolved"), answer["next"]);
    }
}
