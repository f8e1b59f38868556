using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace S3Scheduler.Api.Benchmarks;

/// <summary>What all programs need: the S3 server, buckets on it, the service in front of it.</summary>
internal sealed class Bench : IAsyncDisposable
{
    /// <summary>The service's default for copies in parallel. The raw loop gets the same.</summary>
    public const int Concurrency = 64;

    /// <summary>Settings with which no worker runs, as on Lambda: it delivers when POST /sweeps says so.</summary>
    public static readonly (string Key, string Value)[] NoWorker =
    [
        ("AWS_LAMBDA_FUNCTION_NAME", "benchmark"), ("Authentication__Anonymous", "true"),
        ("Scheduler__Destinations__0", "*"),
    ];

    private readonly string _endpoint;
    private readonly List<IAsyncDisposable> _proxies = [];
    private readonly List<ServiceUnderTest> _services = [];

    private readonly BasicAWSCredentials _keys = new(
        Environment.GetEnvironmentVariable("S3_TEST_ACCESS_KEY") ?? "test",
        Environment.GetEnvironmentVariable("S3_TEST_SECRET_KEY") ?? "testtest");

    public Bench(string endpoint)
    {
        _endpoint = endpoint;
        S3 = Client(endpoint);
        Buckets = new Buckets(S3);
    }

    public AmazonS3Client S3 { get; }
    public Buckets Buckets { get; }

    public AmazonS3Client Client(string endpoint) => new(_keys, new AmazonS3Config
    {
        ServiceURL = endpoint,
        ForcePathStyle = true,
        AuthenticationRegion = "us-east-1",
        Timeout = Timeout.InfiniteTimeSpan,
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
    });

    public async Task<FaultyProxy> ProxyAsync(S3Log log)
    {
        var proxy = new FaultyProxy(_endpoint, log);
        _proxies.Add(proxy);
        await proxy.UpAsync();
        return proxy;
    }

    /// <param name="endpoint">Where it finds the server; null: at the server itself.</param>
    public async Task<ServiceUnderTest> StartAsync(
        string bucket, string? endpoint = null, params (string Key, string Value)[] more)
    {
        var service = await ServiceUnderTest.StartAsync(endpoint ?? _endpoint, bucket, _keys, more);
        _services.Add(service);
        return service;
    }

    /// <summary>Stores schedules without the service: number n goes to the key dn of one of the buckets.</summary>
    /// <returns>What was stored, in due order.</returns>
    public async Task<IReadOnlyList<Seed>> SeedAsync(
        string bucket, IReadOnlyList<string> destinations, int count, Func<int, DateTimeOffset> dueAt)
    {
        var seeds = Enumerable.Range(0, count).Select(n => new Seed(
            n, new ScheduleKey(dueAt(n), new Destination(destinations[n % destinations.Count], $"d{n}")))).ToList();
        await SeedAsync(bucket, seeds, "x");
        return seeds;
    }

    public Task SeedAsync(string bucket, IEnumerable<Seed> seeds, string content) => Parallel.ForEachAsync(
        seeds, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (seed, _) =>
        {
            var request = new PutObjectRequest
            {
                BucketName = bucket,
                Key = seed.Source,
                ContentBody = content,
                UseChunkEncoding = false,
            };
            request.Metadata[ScheduleId.MetadataName] = $"id-{seed.Number}";
            await S3.PutObjectAsync(request, CancellationToken.None);
        });

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services) service.Dispose();
        foreach (var proxy in _proxies) await proxy.DisposeAsync();
        await Buckets.DisposeAsync();
        S3.Dispose();
    }
}

/// <summary>A schedule that was stored without the service.</summary>
internal sealed record Seed(int Number, ScheduleKey Key)
{
    public string Source => $"schedules/{Key}";
}
