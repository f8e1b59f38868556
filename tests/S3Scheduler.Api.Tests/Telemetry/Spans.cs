using System.Collections.Concurrent;
using System.Diagnostics;

namespace S3Scheduler.Api.Tests.Telemetry;

/// <summary>The spans of one process, as an exporter gets them.</summary>
internal sealed class Spans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = [];
    private readonly ActivityListener _listener;

    /// <param name="sampling">Of everything.</param>
    public Spans(Core core, ActivitySamplingResult sampling = ActivitySamplingResult.AllDataAndRecorded)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source == core.Traces.Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => sampling,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Those that have ended, in that order.</summary>
    public IReadOnlyList<Activity> Named(string name) => [.. _ended.Where(span => span.OperationName == name)];

    /// <summary>Does something as part of a sampled request.</summary>
    public static async Task<ActivityContext> InRequestAsync(Func<Task> act, bool isSampled = true)
    {
        using var request = new Activity("request").SetIdFormat(ActivityIdFormat.W3C);
        if (isSampled) request.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        request.Start();
        await act();
        return request.Context;
    }

    public void Dispose() => _listener.Dispose();
}
