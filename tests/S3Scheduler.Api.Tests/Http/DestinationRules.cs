using System.Text.Json.Nodes;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>Where deliveries may go, on each kind of store.</summary>
public abstract class DestinationRules : IAsyncLifetime
{
    private const string Own = "own";
    private const string Listed = "listed";
    private const string InPart = "in part";
    private const string Other = "other";

    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, string> _buckets = [];
    private Service _service = null!;

    private Client Client => _service.Client;

    private ScheduleFolder Folder => new(_buckets[Own], "schedules");

    private protected abstract Task<string> NewBucketAsync(string name);

    private protected abstract Service Start(Dictionary<string, string> settings);

    public async ValueTask InitializeAsync()
    {
        foreach (var name in new[] { Own, Listed, InPart, Other })
            _buckets[name] = await NewBucketAsync($"bucket-{name.Replace(' ', '-')}");
        _service = Start(new Dictionary<string, string>
        {
            ["Scheduler:Bucket"] = _buckets[Own],
            ["Scheduler:Destinations:0"] = _buckets[Listed],
            ["Scheduler:Destinations:1"] = $"{_buckets[InPart]}/2026/",
            ["Scheduler:Destinations:2"] = $"{_buckets[Own]}/exports/",
        });
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _service.DisposeAsync();
    }

    [Theory]
    [InlineData(Other, "a", "bucket", "delivers only to")]
    [InlineData(InPart, "2025/a", "key", "delivers only to")]
    [InlineData(InPart, "//2026/a", "key", "delivers only to")]
    [InlineData(Own, "other-service/.sweep/000000000000", "key", "delivers only to")]
    [InlineData(Own, "schedules/2030-01-01T00:00:00.000Z|reports|a", "key", "own folder")]
    public async Task A_post_and_an_upload_to_another_destination_are_refused_and_nothing_is_stored(
        string bucket, string key, string field, string says)
    {
        var form = Form.To(_buckets[bucket], key).DueAt("2030-01-01T00:00:00Z");
        var upload = new JsonObject
        {
            ["bucket"] = _buckets[bucket],
            ["key"] = key,
            ["dueAt"] = "2030-01-01T00:00:00Z",
        };

        (await Client.PostAsync(form)).ShouldBeFaultOf(field).ShouldContain(says);
        (await Client.PrepareUploadAsync(upload)).ShouldBeFaultOf(field).ShouldContain(says);

        (await KeysAsync(Own)).ShouldNotContain(k => k.Contains('|', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Listed, "a")]
    [InlineData(InPart, "2026/a")]
    [InlineData(InPart, "/2026/a")] // one leading slash is dropped
    [InlineData(Own, "exports/a")]
    public async Task A_post_to_a_destination_on_the_list_is_delivered(string bucket, string key)
    {
        var posted = await Client.PostAsync(Form.To(_buckets[bucket], key).With("delay", "PT0S"));
        posted.Status.ShouldBe(201, posted.Text);
        var started = TimeProvider.System.GetTimestamp();
        while ((await Client.GetAsync(posted.Location))["status"] == "pending")
        {
            LetTimePass();
            await SweepAsync();
            TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(Hang);
        }

        (await KeysAsync(bucket)).ShouldContain(key.TrimStart('/'));
    }

    [Theory]
    [InlineData(Other, "a")]
    [InlineData(InPart, "/2026/a")]
    [InlineData(Own, "other-service/.sweep/000000000000")]
    [InlineData(Own, "schedules/2021-01-01T00:00:00.000Z|bucket-listed|a")]
    [InlineData(Own, "//schedules/.sweep/000000000000")]
    public async Task A_schedule_that_was_made_by_hand_fails_and_stays_failed_until_it_is_deleted(
        string bucket, string name)
    {
        var key = await MakeAsync("2020-01-01T00:00:00Z", bucket, name);

        (await SweepAsync()).Json.GetProperty("failed").GetInt32().ShouldBe(1);

        var path = Client.PathOf(key.ToString());
        var failed = (await Client.GetAsync(path)).Json;
        failed.GetProperty("failure").GetProperty("code").GetString().ShouldBe("DestinationNotAllowed");
        (await Client.GetAsync($"{path}/content")).Text.ShouldBe("by hand");
        (await Client.RetryAsync(path)).ShouldBeProblem(409, "was not retried").ShouldContain("Nothing was changed");
        var retried = await Client.SendAsync(HttpMethod.Post, "/schedules/retry");
        retried.Json.GetProperty("retried").GetInt32().ShouldBe(0);
        (await KeysAsync(bucket)).ShouldNotContain(name);
        (await KeysAsync(Own)).ShouldNotContain(k => k.StartsWith("schedules/2", StringComparison.Ordinal));
        (await KeysAsync(Own)).Count(k => k.EndsWith("|DestinationNotAllowed", StringComparison.Ordinal)).ShouldBe(1);
        (await Client.DeleteAsync(path)).Status.ShouldBe(204);
        (await Client.GetAsync(path)).ShouldBeProblem(404);
    }

    [Fact]
    public async Task A_pending_schedule_whose_destination_is_not_allowed_is_cancelled_but_not_rescheduled()
    {
        var key = await MakeAsync("2030-01-01T00:00:00Z", Other, "a");
        var path = Client.PathOf(key.ToString());
        var before = await KeysAsync(Own);

        (await Client.PatchAsync(path, """{"dueAt":"2031-01-01T00:00:00Z"}"""))
            .ShouldBeProblem(409, "was not rescheduled").ShouldContain("delivers only to");

        (await KeysAsync(Own)).ShouldBe(before);
        (await Client.DeleteAsync(path)).Status.ShouldBe(204);
    }

    private protected virtual void LetTimePass()
    {
    }

    private async Task<ScheduleKey> MakeAsync(string dueAt, string bucket, string name)
    {
        var key = new ScheduleKey(DueTime.Parse(dueAt)!.Value, new Destination(_buckets[bucket], name));
        using var content = new MemoryStream("by hand"u8.ToArray());
        await _service.Store.PutAsync(
            Folder.Pending(key), content, Core.WithId("by hand"), PutCondition.None, Core.Cancellation);
        return key;
    }

    private async Task<Answer> SweepAsync()
    {
        (await Client.GetAsync("/health/ready")).Status.ShouldBe(200); // its answer tells the time
        var swept = await Client.SweepAsync();
        swept.Status.ShouldBe(200, swept.Text);
        return swept;
    }

    private Task<IReadOnlyList<string>> KeysAsync(string bucket) => KeysInAsync(_service.Store, _buckets[bucket]);

    private protected virtual async Task<IReadOnlyList<string>> KeysInAsync(IObjectStore store, string bucket)
    {
        var page = await store.ListAsync(bucket, "", "", 1000, Core.Cancellation);
        return [.. page.Objects.Select(listed => listed.Key)];
    }
}

public sealed class LocalDestinationRules : DestinationRules
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();

    private protected override Task<string> NewBucketAsync(string name) => Task.FromResult(name);

    private protected override Service Start(Dictionary<string, string> settings)
    {
        settings["Scheduler:LocalPath"] = _folder.Path;
        return new Service(_time, settings);
    }

    private protected override void LetTimePass() => _time.Advance(TimeSpan.FromSeconds(3));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}

public sealed class S3DestinationRules(S3Server server) : DestinationRules
{
    private protected override Task<string> NewBucketAsync(string name) => server.EmptyBucketAsync();

    private protected override Service Start(Dictionary<string, string> settings)
    {
        settings["Scheduler:Storage"] = nameof(StorageKind.S3);
        settings["AWS:ServiceURL"] = server.Url;
        settings["AWS:ForcePathStyle"] = "true";
        return new Service(TimeProvider.System, settings);
    }

    // Not by the service's store: the service needs no right to list its destinations.
    private protected override async Task<IReadOnlyList<string>> KeysInAsync(IObjectStore store, string bucket)
    {
        using var client = server.NewClient();
        var page = await client.ListObjectsV2Async(new() { BucketName = bucket }, Core.Cancellation);
        return [.. (page.S3Objects ?? []).Select(listed => listed.Key)];
    }
}
