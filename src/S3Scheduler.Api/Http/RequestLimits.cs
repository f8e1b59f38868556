using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace S3Scheduler.Api.Http;

/// <summary>How much of a request is read, in bytes, before it is refused.</summary>
public static class RequestLimits
{
    /// <summary>The limit for a body of JSON.</summary>
    public const int JsonBytes = 64 * 1024;

    /// <summary>Room for two percent-encoded keys of 1,024 bytes, and the rest of a query.</summary>
    private const int RequestLineBytes = 8 * 1024;

    private const int HeadersBytes = 32 * 1024;
    private const int Headers = 100;

    /// <summary>Room for everything in a form but the content.</summary>
    private const int FieldsBytes = 1 << 20;

    public static void Apply(KestrelServerOptions kestrel, SchedulerOptions options)
    {
        kestrel.Limits.MaxRequestLineSize = RequestLineBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = HeadersBytes;
        kestrel.Limits.MaxRequestHeaderCount = Headers;
        kestrel.Limits.MaxRequestBodySize = options.MaxContentBytes + FieldsBytes;
    }
}
