using Amazon.S3;
using Amazon.S3.Model;

namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>One folder of schedules on the real server, and what a test does to it past the service.</summary>
internal sealed class ReplicatedFolder : IAsyncDisposable
{
    private readonly S3Server _server;
    private readonly TemporaryFolder _folder = new();
    private readonly List<FaultyProxy> _proxies = [];

    private ReplicatedFolder(S3Server server, string bucket)
    {
        (_server, Bucket) = (server, bucket);
        S3 = server.NewClient();
    }

    /// <summary>Of the schedules.</summary>
    public string Bucket { get; }

    public AmazonS3Client S3 { get; }

    public S3Log Log { get; } = new();

    /// <summary>Of the services on it.</summary>
    private MultipartLimits Limits { get; init; } = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ReplicatedFolder> CreateAsync(S3Server server, MultipartLimits? limits = null) =>
        new(server, await server.EmptyBucketAsync()) { Limits = limits ?? new() };

    /// <summary>A bucket that keeps every version, so that each delivery can be counted.</summary>
    public async Task<string> DestinationAsync()
    {
        var bucket = await _server.EmptyBucketAsync();
        await S3.PutBucketVersioningAsync(new PutBucketVersioningRequest
        {
            BucketName = bucket,
            VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Enabled },
        }, Cancellation);
        return bucket;
    }

    /// <summary>One more way to the server, which is up.</summary>
    public async Task<FaultyProxy> ProxyAsync()
    {
        var proxy = new FaultyProxy(_server.Url, Log);
        _proxies.Add(proxy);
        await proxy.UpAsync();
        return proxy;
    }

    public Task<ServiceProcess> StartAsync(FaultyProxy proxy, params (string Key, string Value)[] more) => ServiceProcess.StartAsync(
        _folder.Path,
    [
        .. ServiceOnS3.Configuration(proxy.Url, Bucket), ("Scheduler__LeaseDuration", "00:00:05"),
            ("Logging__LogLevel__Microsoft.AspNetCore", "Warning"), LoweredLimits.Tell(Limits), .. more,
    ]);

    /// <summary>The server's clock, which its answers have in whole seconds.</summary>
    public async Task<DateTimeOffset> NowAsync()
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri(_server.Url), Cancellation);
        return response.Headers.Date!.Value;
    }

    /// <summary>Writes schedules into the folder, all due at that time, to the keys d0, d1, … of a bucket.</summary>
    public Task PutAsync(int count, DateTimeOffset dueAt, string destination) =>
        Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, _) =>
            await PutAsync($"d{number}", dueAt, destination, $"content {number}"));

    public async Task PutAsync(string key, DateTimeOffset dueAt, string destination, string content)
    {
        var schedule = new ScheduleKey(dueAt, new Destination(destination, key));
        var request = new PutObjectRequest
        {
            BucketName = Bucket,
            Key = $"schedules/{schedule}",
            InputStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
            ContentType = "text/plain",
            UseChunkEncoding = false,
        };
        request.Metadata[ScheduleId.MetadataName] = $"id-of-{key}";
        request.Metadata["team"] = "billing";
        await S3.PutObjectAsync(request, Cancellation);
    }

    /// <summary>Has one schedule delivered, to the key "first". From then on there is a lease that was closed.</summary>
    public async Task SweepFirstAsync(ServiceProcess service, string destination)
    {
        await PutAsync("first", await NowAsync() - TimeSpan.FromSeconds(1), destination, "first");
        await service.Client.SweepAsync();
        await Eventually.HoldsAsync("closed lease", async () => await LeaseAsync() == LeaseState.Closed);
    }

    /// <summary>Every version of every object, oldest first.</summary>
    public async Task<IReadOnlyList<S3ObjectVersion>> VersionsAsync(string bucket)
    {
        var versions = new List<S3ObjectVersion>();
        await foreach (var version in S3.Paginators.ListVersions(new ListVersionsRequest { BucketName = bucket }).Versions.WithCancellation(Cancellation))
            versions.Add(version);
        return [.. versions.OrderBy(v => v.LastModified)];
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

    /// <summary>The schedules that are pending: their keys start with a year of this millennium.</summary>
    public Task<IReadOnlyList<string>> PendingAsync() => KeysAsync("2");

    /// <summary>The state of the newest sweep lease; null: there is none.</summary>
    public async Task<LeaseState?> LeaseAsync()
    {
        using var store = new S3ObjectStore(_server.Configuration, TimeProvider.System);
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
