using System.Collections.Concurrent;

namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>All requests that went through the proxies of one test.</summary>
internal sealed class S3Log
{
    private readonly ConcurrentQueue<S3Exchange> _exchanges = [];

    public IEnumerable<S3Exchange> All => _exchanges;

    public void Add(S3Exchange exchange) => _exchanges.Enqueue(exchange);

    public int Count(NetworkFault fault) => _exchanges.Count(e => e.Fault == fault);

    public int Count(S3Operation operation) => _exchanges.Count(e => e.Request.Operation == operation);

    /// <summary>The number of COPYs into a bucket that the server has carried out.</summary>
    public int CopiesTo(string bucket) =>
        _exchanges.Count(e => e.Wrote(S3Operation.Copy) && e.Request.Bucket == bucket);
}

/// <param name="Status">The status of the response, of the server or of the proxy itself; null: there is none.</param>
/// <param name="Fault">What the network did to it.</param>
/// <param name="ScheduleId">The schedule-id that a PUT stores.</param>
internal sealed record S3Exchange(S3Request Request, int? Status, NetworkFault Fault, string? ScheduleId)
{
    /// <summary>When it arrived, by this machine's clock.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>How long it took until the server had answered.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>The length of the response's body.</summary>
    public int Bytes { get; init; }

    public string Key => Uri.UnescapeDataString(Request.Key);

    /// <summary>Whether it is a PUT or COPY that the server has carried out, with or without a response.</summary>
    public bool Wrote(S3Operation operation) => Request.Operation == operation && Status == 200;
}
