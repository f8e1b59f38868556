using Amazon.Runtime;
using Amazon.S3;
using S3Scheduler.Api.Storage.Time;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>Two clients of the SDK on one pool of connections, which has no limit of its own.</summary>
internal sealed class S3Clients : IDisposable
{
    private readonly HttpClient _http;

    public S3Clients(S3Configuration configuration, ServerClock clock)
    {
        _http = new HttpClient(new ResponseCaptureHandler(clock)
        {
            InnerHandler = new RequestHandler { InnerHandler = Sockets() },
        })
        {
            // Each call has its own limit; this one would cut long uploads.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        Retrying = Client(configuration.ToClientConfig());
        var once = configuration.ToClientConfig();
        once.MaxErrorRetry = 0;
        once.MaxStaleConnectionRetries = 0; // Not among those: ten more, on a connection that breaks before the answer.
        Once = Client(once);
        var url = Once.Config.ServiceURL;
        IsAws = url is null;
        IsSecure = url?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ?? true;
    }

    /// <summary>For calls that do no harm when they are repeated.</summary>
    public AmazonS3Client Retrying { get; }

    /// <summary>
    /// For conditional PUT and COPY: a repeated conditional PUT can lose against its own first try, whose answer was
    /// lost; a repeated COPY can deliver a second time what a consumer has already taken away. And for HEAD: a sweep
    /// that looks at a destination would wait, with all others, for the pauses between tries.
    /// </summary>
    public AmazonS3Client Once { get; }

    public bool IsAws { get; }

    public bool IsSecure { get; }

    public void Dispose()
    {
        Retrying.Dispose();
        Once.Dispose();
        _http.Dispose();
    }

    private AmazonS3Client Client(AmazonS3Config config)
    {
        config.HttpClientFactory = new Factory(_http);
        return new AmazonS3Client(new S3Credentials(config), config);
    }

    private static SocketsHttpHandler Sockets() => new()
    {
        AllowAutoRedirect = false, // The SDK signs again for the new place.
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5), // S3's addresses change.
    };

    private sealed class Factory(HttpClient http) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => http;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }
}
