using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace S3Scheduler.Api.Http;

/// <summary>How much of a request is read, in bytes, before it is refused.</summary>
public static class RequestLimits
{
    public const int JsonBytes = 64 * 1024;

    /// <summary>A quarter of what a 56k modem sends. A slower body only keeps its place.</summary>
    public const int BodyBytesPerSecond = 1024;

    /// <summary>How long a body may stop arriving.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long an idle connection stays open. A proxy in front must close its own first, or it sends a request on a
    /// connection that is being closed: that of deploy/ecs.yaml keeps them for 15 minutes.
    /// </summary>
    public static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(16);

    /// <summary>How long a body may arrive at any speed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LongestHeaders = TimeSpan.FromSeconds(30);

    public static void Apply(KestrelServerOptions kestrel, SchedulerOptions options)
    {
        kestrel.Limits.MaxRequestLineSize = 8 * 1024; // two percent-encoded keys of 1,024 bytes, and other parameters
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 100;
        kestrel.Limits.KeepAliveTimeout = LongestIdle;
        kestrel.Limits.RequestHeadersTimeout = LongestHeaders;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(BodyBytesPerSecond, Patience);
        kestrel.Limits.MaxRequestBodySize = options.MaxContentBytes + (1 << 20); // the content, and the other fields
    }
}
