using System.Collections.Concurrent;

namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>All that went through the proxies of one test, as the server saw it.</summary>
internal sealed class S3Log
{
    private readonly ConcurrentQueue<S3Exchange> _exchanges = [];

    public IEnumerable<S3Exchange> All => _exchanges;

    public void Add(S3Exchange exchange) => _exchanges.Enqueue(exchange);

    public int Count(NetworkFault fault) => _exchanges.Count(e => e.Fault == fault);

    public int Count(S3Operation operation) => _exchanges.Count(e => e.Request.Operation == operation);

    /// <summary>The server's successful COPYs by destination; moves within the bucket of schedules are none.</summary>
    public IReadOnlyDictionary<(string Bucket, string Key), int> CopiesTo(string bucket) => _exchanges
        .Where(e => e.Wrote(S3Operation.Copy) && e.Request.Bucket == bucket)
        .CountBy(e => (e.Request.Bucket, e.Request.Key))
        .ToDictionary();
}
