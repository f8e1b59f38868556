using S3Scheduler.Api.Tests.Replicas;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>A server that keeps each object in a file of its name: no segment of a key is above 255 bytes.</summary>
public sealed class LongNameTests(S3Server server) : IAsyncLifetime
{
    private const int Longest = 255;

    private readonly Replicas.S3Log _log = new();
    private FaultyProxy _proxy = null!;
    private Service _service = null!;
    private string _bucket = "";
    private string _destination = "";

    public async ValueTask InitializeAsync()
    {
        _proxy = new FaultyProxy(server.Url, _log)
        {
            Rule = Fault.Refused(400, "XMinioInvalidObjectName").To(request => request.Key.Split('/')
                .Any(segment => Encoding.UTF8.GetByteCount(Uri.UnescapeDataString(segment)) > Longest)),
        };
        await _proxy.UpAsync();
        (_bucket, _destination) = (await server.EmptyBucketAsync(), await server.EmptyBucketAsync());
        _service = new Service(TimeProvider.System, new Dictionary<string, string>
        {
            ["Scheduler:Storage"] = nameof(StorageKind.S3),
            ["Scheduler:Bucket"] = _bucket,
            ["AWS:ServiceURL"] = _proxy.Url,
            ["AWS:ForcePathStyle"] = "true",
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null) await _service.DisposeAsync();
        if (_proxy is not null) await _proxy.DisposeAsync();
    }

    [Fact]
    public async Task A_schedule_whose_name_would_be_too_long_is_a_400_that_says_how_long_it_may_be()
    {
        var key = string.Join('/', Enumerable.Repeat(new string('a', 60), 5));

        var fault = (await PostAsync(key)).ShouldBeFaultOf("key");

        fault.ShouldContain("199 are allowed");
        fault.ShouldContain("255");
        (await _service.Client.GetAsync(Client.PathOf($"2030-01-01T00:00:00.000Z|reports|{new string('a', 400)}")))
            .ShouldBeProblem(404);
    }

    [Fact]
    public async Task The_longest_schedule_that_is_taken_is_delivered_or_moved_to_the_failed_ones()
    {
        // The due time, the bucket and two separators go along.
        var key = new string('a', 199 - 24 - _destination.Length - 2);
        (await PostAsync($"{key}a")).ShouldBeFaultOf("key");

        var delivered = await PostAsync(key);
        delivered.Status.ShouldBe(201, delivered.Text);
        var missing = await _service.Client.PostAsync(
            Form.To($"{_destination}x", key[1..]).DueAt(AMinuteAgo));
        missing.Status.ShouldBe(201, missing.Text);
        // They are due a moment later, by the server's clock.
        await Eventually.HoldsAsync("delivery", async () => (await _service.Client.SweepAsync()).Delivered > 0);
        await Eventually.HoldsAsync("failure", async () =>
        {
            await _service.Client.SweepAsync();
            return (await FailedAsync()).Objects.Count > 0;
        });

        (await _service.Store.HeadAsync(new ObjectAddress(_destination, key), Core.Cancellation)).ShouldNotBeNull();
        var failed = await FailedAsync();
        failed.Objects.ShouldHaveSingleItem().Key.ShouldBe($"schedules/.failed/{missing.Key}|NoSuchBucket");
    }

    private Task<ObjectPage> FailedAsync() =>
        _service.Store.ListAsync(_bucket, "schedules/.failed/", "", 10, Core.Cancellation);

    private static DateTimeOffset AMinuteAgo => TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(1);

    private Task<Answer> PostAsync(string key) =>
        _service.Client.PostAsync(Form.To(_destination, key).DueAt(AMinuteAgo));
}
