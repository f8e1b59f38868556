using System.Collections.Concurrent;
using Amazon.Runtime;
using Amazon.S3;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>
/// Two clients of the SDK for each region that a bucket was found in. All of them share one pool of connections.
/// </summary>
internal sealed class S3Clients : IDisposable
{
    private readonly S3Settings _settings;
    private readonly ServerClock _clock;
    private readonly RegionClients _own;
    private readonly Dictionary<string, RegionClients> _regions = [];
    private readonly ConcurrentDictionary<string, RegionClients> _elsewhere = new(StringComparer.Ordinal);
    private HttpClient? _http;

    /// <param name="presign">What signs presigned PUTs; null: the service's own credentials.</param>
    /// <exception cref="StartupException">The section AWS has a wrong value.</exception>
    public S3Clients(S3Settings settings, ServerClock clock, AWSCredentials? presign = null)
    {
        (_settings, _clock) = (settings, clock);
        _own = NewClients(null);
        HasOwnPresignCredentials = presign is not null;
        Credentials = settings.Options.Credentials;
        PresignCredentials = presign ?? Credentials;
        ServiceUrl = _own.Once.Config.ServiceURL is { } url ? new Uri(url) : null;
    }

    /// <summary>For requests that the SDK does not make.</summary>
    public HttpClient Http => _http!;

    /// <summary>The service's own.</summary>
    public AWSCredentials Credentials { get; }

    /// <summary>They sign presigned PUTs.</summary>
    public AWSCredentials PresignCredentials { get; }

    public bool HasOwnPresignCredentials { get; }

    /// <summary>Null on AWS, where the region says it.</summary>
    public Uri? ServiceUrl { get; }

    /// <summary>Without credentials that a URL may have.</summary>
    public string Place
    {
        get
        {
            const UriComponents Harmless = UriComponents.SchemeAndServer | UriComponents.Path;
            var url = ServiceUrl?.GetComponents(Harmless, UriFormat.UriEscaped).TrimEnd('/');
            return $"{url ?? "AWS"}, region {Region(_own.Once.Config)}";
        }
    }

    public bool IsAws => ServiceUrl is null;
    public bool IsSecure => ServiceUrl is null || ServiceUrl.Scheme == Uri.UriSchemeHttps;

    /// <summary>For calls that do no harm when they are repeated.</summary>
    public IAmazonS3 Retrying(string bucket) => At(bucket).Retrying;

    /// <summary>
    /// For calls that must not be repeated. A conditional PUT can lose against its own first try, whose answer was
    /// lost. A repeated COPY can deliver again what a consumer has already removed. A repeated HEAD of one
    /// destination would keep the sweep of all others waiting.
    /// </summary>
    public IAmazonS3 Once(string bucket) => At(bucket).Once;

    /// <summary>The region that requests about the bucket are signed for.</summary>
    public string RegionOf(string bucket) => Region(Once(bucket).Config);

    /// <summary>From now on, requests about the bucket go to that region.</summary>
    public void Learn(string bucket, string region)
    {
        lock (_regions)
        {
            if (!_regions.TryGetValue(region, out var clients)) _regions[region] = clients = NewClients(region);
            _elsewhere[bucket] = clients;
        }
    }

    public void Dispose()
    {
        _own.Dispose();
        foreach (var clients in _regions.Values) clients.Dispose();
        _http?.Dispose();
    }

    private RegionClients At(string bucket) => _elsewhere.GetValueOrDefault(bucket, _own);

    private static string Region(IClientConfig config) =>
        config.AuthenticationRegion ?? config.RegionEndpoint.SystemName;

    /// <param name="region">Null: the one in the settings.</param>
    private RegionClients NewClients(string? region)
    {
        // This is the only method of the package that lets us complete a client's configuration.
        var services = new ServiceCollection()
            .AddKeyedAWSService<IAmazonS3>(nameof(Retrying), _settings.Options, (config, _) => Complete(config))
            .AddKeyedAWSService<IAmazonS3>(nameof(Once), _settings.Options, (config, _) =>
            {
                Complete(config);
                config.MaxErrorRetry = 0;
            })
            .BuildServiceProvider();
        return new RegionClients(Client(nameof(Retrying)), Client(nameof(Once)), services);

        IAmazonS3 Client(string key) => S3Settings.Read(() => services.GetRequiredKeyedService<IAmazonS3>(key));

        void Complete(ClientConfig config)
        {
            _settings.Complete(config, region);
            // MaxErrorRetry does not cover these: after a broken connection the SDK retries up to ten times, and each
            // time HttpClient has asked up to four times already where the request has no body.
            config.MaxStaleConnectionRetries = 0;
            config.HttpClientFactory = new Factory(_http ??= NewHttp(config, _clock));
        }
    }

    private static HttpClient NewHttp(ClientConfig config, ServerClock clock)
    {
        var sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // The SDK signs again for the new place.
            UseCookies = false,
            ConnectTimeout = config.ConnectTimeout ?? TimeSpan.FromSeconds(10),
            MaxConnectionsPerServer = config.MaxConnectionsPerServer ?? int.MaxValue,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // S3's addresses change.
        };
        if (config.GetWebProxy() is { } proxy) sockets.Proxy = proxy;
        // Each call has a limit of its own; this one would end long uploads.
        return new(new S3Handler(clock) { InnerHandler = sockets }) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private sealed class Factory(HttpClient http) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => http;
        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;
        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }

    /// <param name="Services">Made both clients, and disposes them.</param>
    private sealed record RegionClients(IAmazonS3 Retrying, IAmazonS3 Once, ServiceProvider Services) : IDisposable
    {
        public void Dispose() => Services.Dispose();
    }
}
