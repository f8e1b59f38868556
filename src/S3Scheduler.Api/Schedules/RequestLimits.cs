using Microsoft.AspNetCore.Server.Kestrel.Core;
using S3Scheduler.Api.Scheduling;

namespace S3Scheduler.Api.Schedules;

/// <summary>How much of a request is read, in bytes, before it is refused.</summary>
public static class RequestLimits
{
    /// <summary>Of a body that is JSON.</summary>
    public const int JsonBytes = 64 * 1024;

    /// <summary>Two keys of 1,024 bytes, percent-encoded, and what else a query may have.</summary>
    private const int RequestLineBytes = 8 * 1024;

    private const int HeadersBytes = 32 * 1024;
    private const int Headers = 100;

    public static void Apply(KestrelServerOptions kestrel, SchedulerOptions options)
    {
        var limits = kestrel.Limits;
        (limits.MaxRequestLineSize, limits.MaxRequestHeadersTotalSize, limits.MaxRequestHeaderCount) = (RequestLineBytes, HeadersBytes, Headers);
        limits.MaxRequestBodySize = ScheduleFormReader.MaxBodyBytes(options);
    }
}
