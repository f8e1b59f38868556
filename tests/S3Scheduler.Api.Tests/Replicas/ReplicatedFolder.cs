using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging.Abstractions;

namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>A folder of schedules on the real server, which a test reads and writes without the service.</summary>
internal sealed class ReplicatedFolder : IAsyncDisposable
{
    private readonly S3Server _server;
    private readonly MultipartLimits _limits;
    private readonly TemporaryFolder _folder = new();
    private readonly List<FaultyProxy> _proxies = [];

    private ReplicatedFolder(S3Server server, string bucket, MultipartLimits limits)
    {
        (_server, Bucket, _limits) = (server, bucket, limits);
        S3 = server.NewClient();
    }

    /// <summary>The bucket of the schedules.</summary>
    public string Bucket { get; }
    public AmazonS3Client S3 { get; }
    public S3Log Log { get; } = new();
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="limits">The limits of the services that use the folder.</param>
    public static async Task<ReplicatedFolder> CreateAsync(S3Server server, MultipartLimits? limits = null) =>
        new(server, await server.EmptyBucketAsync(), limits ?? new());

    /// <summary>Makes a bucket that keeps every version, so that each delivery can be counted.</summary>
    public async Task<string> DestinationAsync()
    {
        var bucket = await _server.EmptyBucketAsync();
        var versioning = new S3BucketVersioningConfig { Status = VersionStatus.Enabled };
        await S3.PutBucketVersioningAsync(new() { BucketName = bucket, VersioningConfig = versioning }, Cancellation);
        return bucket;
    }

    public async Task<FaultyProxy> ProxyAsync()
    {
        var proxy = new FaultyProxy(_server.Url, Log);
        _proxies.Add(proxy);
        await proxy.UpAsync();
        return proxy;
    }

    public Task<ServiceProcess> StartAsync(FaultyProxy proxy, params (string Key, string Value)[] more) =>
        ServiceProcess.StartAsync(
            _folder.Path,
            [
                .. ServiceOnS3.Configuration(proxy.Url, Bucket), ("Scheduler__LeaseDuration", "00:00:05"),
                ("Logging__LogLevel__Microsoft.AspNetCore", "Warning"), LoweredLimits.Tell(_limits), .. more,
            ]);

    public Task<DateTimeOffset> NowAsync() => ServiceOnS3.NowAsync(_server);

    /// <summary>Stores schedules, all with the same due time, for the keys d0, d1, … of a bucket.</summary>
    public Task PutAsync(int count, DateTimeOffset dueAt, string destination) => Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 16 },
        async (number, _) => await PutAsync($"d{number}", dueAt, destination, $"content {number}"));

    public async Task PutAsync(string key, DateTimeOffset dueAt, string destination, string content)
    {
        var request = new PutObjectRequest
        {
            BucketName = Bucket,
            Key = $"schedules/{new ScheduleKey(dueAt, new Destination(destination, key))}",
            InputStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
            ContentType = "text/plain",
            UseChunkEncoding = false,
        };
        request.Metadata[ScheduleId.MetadataName] = $"id-of-{key}";
        request.Metadata["team"] = "billing";
        await S3.PutObjectAsync(request, Cancellation);
    }

    /// <summary>Waits for the first sweep of so many workers.</summary>
    public Task WorkersStartedAsync(int workers = 1) =>
        Eventually.HoldsAsync("first sweep of the workers", () => Log.Count(S3Operation.List) >= workers);

    /// <summary>Delivers one schedule, to the key "first". After that there is a closed lease.</summary>
    public async Task SweepFirstAsync(ServiceProcess service, string destination)
    {
        await PutAsync("first", await NowAsync() - TimeSpan.FromSeconds(1), destination, "first");
        await service.Client.SweepAsync();
        await Eventually.HoldsAsync("closed lease", async () => await LeaseAsync() == LeaseState.Closed);
    }

    /// <summary>Every version of every object in a bucket, oldest first.</summary>
    public async Task<IReadOnlyList<Written>> VersionsAsync(string bucket)
    {
        var versions = new List<Written>();
        var request = new ListVersionsRequest { BucketName = bucket };
        await foreach (var version in S3.Paginators.ListVersions(request).Versions.WithCancellation(Cancellation))
            versions.Add(new(version.Key, version.VersionId, version.LastModified!.Value.ToUniversalTime()));
        return [.. versions.OrderBy(v => v.At)];
    }

    /// <summary>Checks that a bucket has so many objects, each written once.</summary>
    public async Task ShouldHoldOnceAsync(string bucket, int objects)
    {
        var versions = await VersionsAsync(bucket);
        (versions.Count, versions.DistinctBy(v => v.Key).Count()).ShouldBe((objects, objects));
    }

    /// <summary>The keys in the folder that start like that, without the folder.</summary>
    public async Task<IReadOnlyList<string>> KeysAsync(string start)
    {
        var keys = new List<string>();
        var request = new ListObjectsV2Request { BucketName = Bucket, Prefix = $"schedules/{start}" };
        await foreach (var listed in S3.Paginators.ListObjectsV2(request).S3Objects.WithCancellation(Cancellation))
            keys.Add(listed.Key["schedules/".Length..]);
        return keys;
    }

    /// <summary>The pending schedules: their keys start with a year of this millennium.</summary>
    public Task<IReadOnlyList<string>> PendingAsync() => KeysAsync("2");

    /// <summary>Of all deliveries that were recorded.</summary>
    public async Task<IReadOnlyList<Receipt>> ReceiptsAsync()
    {
        var receipts = new List<Receipt>();
        foreach (var name in await KeysAsync(".delivered/"))
        {
            using var answer = await S3.GetObjectAsync(Bucket, $"schedules/{name}", Cancellation);
            var lines = (await answer.TextAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            receipts.AddRange(lines.Select(l => JsonSerializer.Deserialize<Receipt>(l, JsonSerializerOptions.Web)!));
        }

        return receipts;
    }

    public Task NothingPendingAsync() => OnlyPendingAsync(_ => false, 0);

    /// <summary>Waits until so many are left, all of them such. What is delivered is deleted a little later.</summary>
    public Task OnlyPendingAsync(Func<string, bool> such, int count) => Eventually.HoldsAsync(
        $"folder with {count} schedules",
        async () => await PendingAsync() is var left && left.Count == count && left.All(such));

    /// <summary>The state of the newest sweep lease; null: there is no lease.</summary>
    public async Task<LeaseState?> LeaseAsync()
    {
        using var store = new S3ObjectStore(
            _server.Configuration, TimeProvider.System, NullLogger<S3ObjectStore>.Instance);
        if (await KeysAsync(".sweep/") is not [var newest, ..]) return null;
        var record = await LeaseRecord.ReadAsync(store, new ObjectAddress(Bucket, $"schedules/{newest}"), Cancellation);
        return record!.State;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies) await proxy.DisposeAsync();
        S3.Dispose();
        _folder.Dispose();
    }
}

/// <summary>One version of an object, and when it was written by the server's clock.</summary>
internal sealed record Written(string Key, string VersionId, DateTimeOffset At);

internal static class SweepCalls
{
    /// <summary>Asks for a sweep, as a trigger does.</summary>
    /// <returns>The service's response, and how long it took.</returns>
    public static async Task<(string Outcome, int Delivered, int Failed, bool Remaining, TimeSpan Took)> SweepAsync(
        this HttpClient client, string query = "")
    {
        var cancellation = TestContext.Current.CancellationToken;
        var sweeps = new Uri($"/sweeps{query}", UriKind.Relative);
        var started = TimeProvider.System.GetTimestamp();
        using var response = await client.PostAsync(sweeps, null, cancellation);
        var took = TimeProvider.System.GetElapsedTime(started);
        var body = (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>(cancellation))!;
        return (
            (string)body["outcome"]!, (int)body["delivered"]!, (int)body["failed"]!, (bool)body["remaining"]!, took);
    }
}
