using Microsoft.AspNetCore.Server.Kestrel.Core;
using S3Scheduler.Api.Hosting;

namespace S3Scheduler.Api.Http;

/// <summary>How much of a request is read, in bytes, before it is refused.</summary>
public static class RequestLimits
{
    /// <summary>Of a body that is JSON.</summary>
    public const int JsonBytes = 64 * 1024;

    /// <summary>Two keys of 1,024 bytes, percent-encoded, and what else a query may have.</summary>
    private const int RequestLineBytes = 8 * 1024;

    private const int HeadersBytes = 32 * 1024;
    private const int Headers = 100;

    /// <summary>What a form may have besides its content.</summary>
    private const int FieldsBytes = 1 << 20;

    public static void Apply(KestrelServerOptions kestrel, SchedulerOptions options)
    {
        kestrel.Limits.MaxRequestLineSize = RequestLineBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = HeadersBytes;
        kestrel.Limits.MaxRequestHeaderCount = Headers;
        kestrel.Limits.MaxRequestBodySize = options.MaxContentBytes + FieldsBytes;
    }
}
