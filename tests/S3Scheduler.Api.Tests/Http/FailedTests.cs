using System.Text.Json;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>Failed schedules: in a local store, a key cannot also be the folder of another key.</summary>
public sealed class FailedTests : IDisposable
{
    private const string Bucket = "reports";
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly LocalService _local = new();

    private Client Client => _local.Client;

    public void Dispose() => _local.Dispose();

    [Fact]
    public async Task A_failed_schedule_is_listed_and_read_with_its_failure()
    {
        var pending = await PostAsync("pending.txt", 10 * Hour);
        var failed = (await FailAsync("folder")).Single();

        var listed = await SingleAsync("failed");
        listed.GetProperty("key").GetString().ShouldBe(failed);
        listed.GetProperty("status").GetString().ShouldBe("failed");
        listed.GetProperty("failure").GetProperty("code").GetString().ShouldBe("KeyIsFolder");
        listed.TryGetProperty("createdAt", out _).ShouldBeFalse();
        (await SingleAsync("pending")).GetProperty("key").GetString().ShouldBe(pending.Key);

        var read = (await Client.GetAsync(Client.PathOf(failed))).Json;
        read.GetProperty("status").GetString().ShouldBe("failed");
        read.GetProperty("metadata").GetProperty("origin").GetString().ShouldBe("test");
        var failedAt = read.GetProperty("failure").GetProperty("failedAt").GetDateTimeOffset();
        failedAt.ShouldBeInRange(_local.Now - TimeSpan.FromSeconds(2), _local.Now);
        var content = await Client.GetAsync($"{Client.PathOf(failed)}/content");
        (content.Status, content.Text, content.Type).ShouldBe((200, "hello", "text/plain"));
    }

    [Fact]
    public async Task A_failed_schedule_can_be_deleted()
    {
        var path = Client.PathOf((await FailAsync("folder")).Single());
        (await Client.DeleteAsync(path)).Status.ShouldBe(204);
        (await Client.GetAsync(path)).ShouldBeProblem(404);
        (await Client.DeleteAsync(path)).ShouldBeProblem(404);
        (await Client.RetryAsync(path)).ShouldBeProblem(404);
    }

    [Fact]
    public async Task A_retried_schedule_is_pending_and_delivered_when_the_cause_is_gone()
    {
        var failed = (await FailAsync("folder")).Single();
        await MendAsync("folder");
        var retried = await Client.RetryAsync(Client.PathOf(failed));
        retried.Status.ShouldBe(200, retried.Text);
        retried["status"].ShouldBe("pending");
        retried.Key.ShouldNotBe(failed);
        (await Client.GetAsync(Client.PathOf(failed))).ShouldBeProblem(404);
        (await DeliveredAfterAsync(TimeSpan.FromSeconds(3))).ShouldBe(1);
        _local.Delivered(Bucket, "folder").ShouldBe("hello"u8.ToArray());
        var arrived = await _local.Service.Store.HeadAsync(new ObjectAddress(Bucket, "folder"), Core.Cancellation);
        arrived.ShouldNotBeNull().Attributes.Metadata["origin"].ShouldBe("test");
    }

    [Fact]
    public async Task A_schedule_that_failed_long_ago_can_still_be_retried()
    {
        var failed = (await FailAsync("folder")).Single();
        await MendAsync("folder");
        _local.Time.Advance(TimeSpan.FromDays(400));
        (await Client.GetAsync("/health/ready")).Status.ShouldBe(200); // its answer tells the time

        var retried = await Client.RetryAsync(Client.PathOf(failed));

        retried.Status.ShouldBe(200, retried.Text);
        (await DeliveredAfterAsync(TimeSpan.FromSeconds(3))).ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_schedule_that_could_not_be_moved_is_like_any_other_failed_one(bool isRetried)
    {
        var path = (await PostAsync("marked.txt", TimeSpan.FromMinutes(1))).Location;
        _local.Time.Advance(Hour);
        var key = await MarkAsync("AccessDenied");

        (await Client.PagesAsync("status=pending")).Single().GetProperty("schedules").GetArrayLength().ShouldBe(0);
        var listed = await SingleAsync("failed");
        listed.GetProperty("key").GetString().ShouldBe(key);
        listed.GetProperty("failure").GetProperty("code").GetString().ShouldBe("AccessDenied");
        listed.GetProperty("size").GetInt32().ShouldBe("hello".Length);
        (await Client.GetAsync(path))["status"].ShouldBe("failed");
        (await Client.GetAsync($"{path}/content")).Text.ShouldBe("hello");
        (await Client.RescheduleAsync(path, _local.Now + Hour)).ShouldBeProblem(404);

        if (isRetried) (await Client.RetryAsync(path)).Status.ShouldBe(200);
        else (await Client.DeleteAsync(path)).Status.ShouldBe(204);
        (await Client.GetAsync(path)).ShouldBeProblem(404);
        (await DeliveredAfterAsync(TimeSpan.FromSeconds(3))).ShouldBe(isRetried ? 1 : 0);
        (_local.Delivered(Bucket, "marked.txt") is not null).ShouldBe(isRetried);
    }

    [Fact]
    public async Task A_pending_schedule_is_not_retried()
    {
        var posted = await PostAsync("pending.txt", Hour);
        (await Client.RetryAsync(posted.Location)).ShouldBeProblem(409, posted.Key);
        (await Client.GetAsync(posted.Location)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_failed_schedule_is_not_rescheduled() =>
        (await Client.RescheduleAsync(Client.PathOf((await FailAsync("folder")).Single()), _local.Now + Hour))
            .ShouldBeProblem(404);

    [Fact]
    public async Task All_failed_schedules_of_a_bucket_are_retried_in_one_call()
    {
        var names = Enumerable.Range(0, 20).Select(n => $"folder{n}").ToArray();
        await FailAsync(names);
        await MendAsync(names);
        (await RetryAllAsync("?bucket=others")).ShouldBe((0, null));
        (await RetryAllAsync($"?bucket={Bucket}")).ShouldBe((20, null));
        (await RetryAllAsync("")).ShouldBe((0, null));
        (await DeliveredAfterAsync(TimeSpan.FromSeconds(3))).ShouldBe(20);
        foreach (var name in names) _local.Delivered(Bucket, name).ShouldBe("hello"u8.ToArray());
    }

    [Fact]
    public async Task Failed_schedules_that_many_retry_at_once_become_pending_once()
    {
        var names = Enumerable.Range(0, 20).Select(n => $"folder{n}").ToArray();
        await FailAsync(names);

        var retried = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RetryAllAsync("")));

        retried.Sum(r => r.Retried).ShouldBe(20);
        (await CountAsync("pending"), await CountAsync("failed")).ShouldBe((20, 0));
    }

    [Fact]
    public async Task A_schedule_that_another_request_is_retrying_is_a_409_that_names_its_new_key()
    {
        var failed = (await FailAsync("folder")).Single();
        ScheduleKey.TryParse(failed, out var key).ShouldBeTrue();
        var again = new ScheduleKey(_local.Now, key.Destination);
        await new ClaimRecord(failed, "1", $"{again}", "2").WriteAsync(
            _local.Service.Store, new ScheduleFolder("scheduler", "schedules").Claim(key, 1), PutCondition.IfAbsent,
            Core.Cancellation);

        (await Client.RetryAsync(Client.PathOf(failed))).ShouldBeProblem(409, $"{again}");
        (await RetryAllAsync("")).ShouldBe((0, null));
        (await CountAsync("pending"), await CountAsync("failed")).ShouldBe((0, 1));
    }

    [Fact]
    public async Task Without_a_bucket_all_failed_schedules_after_the_given_key_are_retried()
    {
        var failed = await FailAsync("folder0", "folder1", "folder2");
        (await RetryAllAsync($"?after={Uri.EscapeDataString(failed[0])}")).ShouldBe((2, null));
        (await RetryAllAsync("")).ShouldBe((1, null));
    }

    [Fact]
    public async Task Each_filter_chooses_which_failed_schedules_are_retried_and_a_dry_run_only_says_how_many()
    {
        var failed = await FailAsync("folder0", "folder1", "other2", "other3");
        var before = _local.Files();
        (await RetryAllAsync("?dryRun=true")).ShouldBe((4, null));
        (await RetryAllAsync("?dryRun=true&keyPrefix=folder&code=KeyIsFolder")).ShouldBe((2, null));
        _local.Files().ShouldBe(before);

        (await RetryAllAsync("?code=NoSuchBucket")).ShouldBe((0, null));
        (await RetryAllAsync("?to=2026-01-01T00:00Z")).ShouldBe((0, null));
        (await RetryAllAsync($"?from={failed[0][..24]}&code=KeyIsFolder&keyPrefix=folder1")).ShouldBe((1, null));
        (await RetryAllAsync("?dryRun=false&keyPrefix=other")).ShouldBe((2, null));
        (await CountAsync("failed")).ShouldBe(1);
    }

    [Theory]
    [InlineData("?dryRun=yes", "dryRun")]
    [InlineData("?from=x&to=y&keyPrefix=&code=a/b", "from", "to", "keyPrefix", "code")]
    [InlineData("?bucket=R", "bucket"), InlineData("?after=x", "after")]
    [InlineData("?bucket=&after=", "bucket", "after")]
    public async Task A_wrong_parameter_is_named(string query, params string[] parameters) =>
        (await Client.SendAsync(HttpMethod.Post, $"/schedules/retry{query}")).ShouldBeFaultOf(parameters);

    private async Task<int> CountAsync(string status) =>
        (await Client.PagesAsync($"status={status}")).Sum(page => page.GetProperty("schedules").GetArrayLength());

    private async Task<JsonElement> SingleAsync(string status) =>
        (await Client.PagesAsync($"status={status}")).Single().GetProperty("schedules").EnumerateArray().Single();

    // Makes schedules fail: their destination keys are folders of other keys. Returns the keys of the schedules.
    private async Task<IReadOnlyList<string>> FailAsync(params string[] names)
    {
        foreach (var name in names) (await PostAsync($"{name}/a", TimeSpan.FromMinutes(1))).Status.ShouldBe(201);
        (await DeliveredAfterAsync(TimeSpan.FromMinutes(2))).ShouldBe(names.Length);
        var keys = new List<string>();
        foreach (var name in names) keys.Add((await PostAsync(name, Hour)).Key);
        (await _local.SweepAfterAsync(2 * Hour)).Json.GetProperty("failed").GetInt32().ShouldBe(names.Length);
        return keys;
    }

    // As a sweep does it with an object that can't be copied. Returns the schedule's key.
    private async Task<string> MarkAsync(string code)
    {
        var folder = new ScheduleFolder("scheduler", "schedules");
        var store = _local.Service.Store;
        var page = await store.ListAsync(
            folder.Bucket, folder.Prefix, folder.Prefix + ScheduleFolder.BeforeKeys, 1, Core.Cancellation);
        var pending = folder.Read(page).Single();
        var info = await store.HeadAsync(folder.At(pending), Core.Cancellation);
        await FailureMark.Of(folder.At(pending), info!, code)
            .WriteAsync(store, folder.FailedMark(pending.Key), Core.Cancellation);
        return pending.Key.ToString();
    }

    private async Task MendAsync(params string[] names) => await _local.Service.Store.DeleteAsync(
        Bucket, [.. names.Select(name => new DeleteTarget($"{name}/a"))], Core.Cancellation);

    private Task<Answer> PostAsync(string key, TimeSpan after) =>
        Client.PostAsync(Form.To(Bucket, key).DueAt(_local.Now + after).With("x-amz-meta-origin", "test"));

    private async Task<int> DeliveredAfterAsync(TimeSpan by) => (await _local.SweepAfterAsync(by)).Delivered;

    private async Task<(int Retried, string? Next)> RetryAllAsync(string query)
    {
        var answer = await Client.SendAsync(HttpMethod.Post, $"/schedules/retry{query}");
        answer.Status.ShouldBe(200, answer.Text);
        return (answer.Json.GetProperty("retried").GetInt32(), answer["next"]);
    }
}
