using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using S3Scheduler.Api.Http.Problems;
using S3Scheduler.Api.Http.Security;

namespace S3Scheduler.Api.Http.Limits;

/// <summary>How much one caller can ask for. What is more gets a 429, at once and without a look at it.</summary>
public static class CallerLimits
{
    /// <summary>The policy of endpoints that read a body.</summary>
    public const string Uploads = "uploads";

    /// <summary>The policy of sweeps. Only long ones count.</summary>
    public const string Sweeps = "sweeps";

    /// <summary>How many bodies of one caller are read at a time.</summary>
    public const int MaxUploads = 256;

    /// <summary>How many long sweeps run at a time. One is enough: a second one waits for its lease.</summary>
    public const int MaxLongSweeps = 8;

    private const string RetryAfterSeconds = "1";

    // An IPv6 network of this size has one owner.
    private const int NetworkBytes = 8;

    public static IServiceCollection AddCallerLimits(this IServiceCollection services)
    {
        services.AddRateLimiter(limits =>
        {
            limits.AddPolicy(Uploads, context => RateLimitPartition.GetConcurrencyLimiter(
                Whose(context), _ => AtOnce(MaxUploads)));
            limits.AddPolicy(Sweeps, context => context.Request.Query.ContainsKey("for")
                ? RateLimitPartition.GetConcurrencyLimiter(true, _ => AtOnce(MaxLongSweeps))
                : RateLimitPartition.GetNoLimiter(false));
            limits.OnRejected = async (rejected, _) =>
            {
                var options = rejected.HttpContext.RequestServices.GetRequiredService<SchedulerOptions>();
                rejected.HttpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
                await Problem.TooMany(options.RequestsPerSecond, MaxUploads, MaxLongSweeps)
                    .ExecuteAsync(rejected.HttpContext);
            };
        });
        services.AddOptions<RateLimiterOptions>().Configure<SchedulerOptions>((limits, options) =>
            limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
                RateLimitPartition.GetSlidingWindowLimiter(Whose(context), _ => new()
                {
                    PermitLimit = options.RequestsPerSecond,
                    Window = TimeSpan.FromSeconds(1),
                    SegmentsPerWindow = 10,
                })));
        return services;
    }

    private static ConcurrencyLimiterOptions AtOnce(int permits) => new() { PermitLimit = permits };

    // Who has authenticated, else where the request comes from.
    private static string Whose(HttpContext context) =>
        Caller.Of(context).Name is { } name ? $"name {name}" : Network(context.Connection.RemoteIpAddress);

    private static string Network(IPAddress? address)
    {
        if (address is null) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        return Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, NetworkBytes)));
    }
}
