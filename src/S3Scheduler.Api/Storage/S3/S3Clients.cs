using Amazon.Runtime;
using Amazon.S3;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>Two clients of the SDK that share one pool of connections.</summary>
internal sealed class S3Clients : IDisposable
{
    private readonly ServiceProvider _clients;
    private HttpClient? _http;

    /// <param name="presign">What signs presigned PUTs; null: the service's own credentials.</param>
    /// <exception cref="StartupException">The section AWS has a wrong value.</exception>
    public S3Clients(S3Settings settings, ServerClock clock, AWSCredentials? presign = null)
    {
        // This is the only method of the package that lets us complete a client's configuration.
        _clients = new ServiceCollection()
            .AddKeyedAWSService<IAmazonS3>(nameof(Retrying), settings.Options, (config, _) => Complete(config))
            .AddKeyedAWSService<IAmazonS3>(nameof(Once), settings.Options, (config, _) =>
            {
                Complete(config);
                config.MaxErrorRetry = 0;
                // MaxErrorRetry does not cover these: after a broken connection the SDK retries up to ten times.
                config.MaxStaleConnectionRetries = 0;
            })
            .BuildServiceProvider();
        Retrying = Client(nameof(Retrying));
        Once = Client(nameof(Once));
        HasOwnPresignCredentials = presign is not null;
        PresignCredentials = presign ?? settings.Options.Credentials;
        var url = Once.Config.ServiceURL;
        IsAws = url is null;
        IsSecure = url?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ?? true;

        IAmazonS3 Client(string key) => S3Settings.Read(() => _clients.GetRequiredKeyedService<IAmazonS3>(key));

        void Complete(ClientConfig config)
        {
            settings.Complete(config);
            config.HttpClientFactory = new Factory(_http ??= NewHttp(config, clock));
        }
    }

    /// <summary>For calls that do no harm when they are repeated.</summary>
    public IAmazonS3 Retrying { get; }

    /// <summary>
    /// For calls that must not be repeated. A conditional PUT can lose against its own first try, whose answer was
    /// lost. A repeated COPY can deliver again what a consumer has already removed. A repeated HEAD of one
    /// destination would keep the sweep of all others waiting.
    /// </summary>
    public IAmazonS3 Once { get; }

    /// <summary>For requests that the SDK does not make.</summary>
    public HttpClient Http => _http!;

    /// <summary>They sign presigned PUTs.</summary>
    public AWSCredentials PresignCredentials { get; }

    public bool HasOwnPresignCredentials { get; }
    public bool IsAws { get; }
    public bool IsSecure { get; }

    public void Dispose()
    {
        _clients.Dispose(); // and both clients with it
        _http?.Dispose();
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
}
