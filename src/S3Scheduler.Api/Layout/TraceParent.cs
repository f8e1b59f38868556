using System.Diagnostics;

namespace S3Scheduler.Api.Layout;

/// <summary>
/// The span of the request that scheduled, in the metadata of the schedule, as W3C Trace Context writes it. A copy
/// keeps it. So the delivery is linked to that request, however much later it comes, and what reads the object can go
/// on with the trace.
/// </summary>
public static class TraceParent
{
    public const string MetadataName = "traceparent";

    /// <summary>The request under way. Null: its trace is not sampled, so nobody could find it.</summary>
    public static string? OfRequest() =>
        Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C } request ? request.Id : null;

    /// <summary>Null: the request was not traced, or this service did not make the object.</summary>
    public static ActivityContext? Of(ObjectInfo? info) =>
        ActivityContext.TryParse(
            info?.Attributes.Metadata.GetValueOrDefault(MetadataName), traceState: null, isRemote: true, out var parent)
            ? parent : null;
}
