using System.Diagnostics;

namespace S3Scheduler.Api.Telemetry;

/// <summary>The spans of the service. docs/operations.md says what each one means.</summary>
public sealed class SchedulerTraces(TimeProvider time) : IDisposable
{
    public const string SourceName = "S3Scheduler";

    /// <summary>A test listens to that of one process.</summary>
    internal ActivitySource Source { get; } = new(SourceName);

    public void Dispose() => Source.Dispose();

    /// <summary>Null, here and below: nobody listens, or the trace is not sampled.</summary>
    public Activity? StartSweep() => Source.StartActivity("sweep");

    /// <summary>
    /// One try to deliver. It begins a trace of its own, linked to the sweep: a sweep goes on for days while something
    /// is due, and no trace should hold them all. It becomes the present span of the asynchronous method that calls.
    /// </summary>
    public Activity? StartDelivery(ScheduleKey key)
    {
        if (!Source.HasListeners()) return null;
        var sweep = Activity.Current;
        Activity.Current = null; // Otherwise that would be its parent.
        var delivery = Source.StartActivity(
            "deliver", ActivityKind.Consumer, parentContext: default, startTime: time.GetUtcNow(),
            links: sweep is null ? null : [new(sweep.Context)]);
        return delivery?.SetTag("key", key.ToString()).SetTag("bucket", key.Destination.Bucket);
    }

    /// <summary>The delivery ends now. Its span is handed over when the link is known.</summary>
    /// <param name="schedule">Tells which request scheduled; null: it is not asked for.</param>
    public async Task EndDeliveryAsync(Activity delivery, Task<ObjectInfo?>? schedule)
    {
        delivery.SetEndTime(time.GetUtcNow().UtcDateTime);
        try
        {
            if (schedule is not null && TraceParent.Of(await schedule) is { } request)
                delivery.AddLink(new ActivityLink(request));
        }
        catch (Exception)
        {
            // The delivery has gone on without it, and so does the span.
        }

        delivery.Stop();
    }

    /// <summary>
    /// One request to the store, as part of what it is made for. Those that only find out the store's time between two
    /// sweeps have no span.
    /// </summary>
    /// <param name="operation">One of a few words.</param>
    public Activity? StartRequest(string operation, string bucket) => Activity.Current is null
        ? null
        : Source.StartActivity($"store {operation}", ActivityKind.Client)?
            .SetTag("operation", operation).SetTag("bucket", bucket);
}

public static class SpanExtensions
{
    /// <param name="code">What went wrong, in one word.</param>
    public static void Fail(this Activity span, string code) =>
        span.SetStatus(ActivityStatusCode.Error).SetTag("error.type", code);
}
