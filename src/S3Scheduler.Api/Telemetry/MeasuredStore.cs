namespace S3Scheduler.Api.Telemetry;

/// <summary>A store whose requests are measured and traced, retries included.</summary>
public class MeasuredStore : IObjectStore, IDisposable
{
    private readonly IObjectStore _inner;
    private readonly SchedulerMetrics _metrics;
    private readonly SchedulerTraces _traces;
    private readonly TimeProvider _time;

    private MeasuredStore(
        IObjectStore inner, SchedulerMetrics metrics, SchedulerTraces traces, TimeProvider time) =>
        (_inner, _metrics, _traces, _time) = (inner, metrics, traces, time);

    public ServerClock Clock => _inner.Clock;

    public string Place => _inner.Place;

    /// <summary>The result makes presigned URLs if the store does.</summary>
    public static IObjectStore Of(
        IObjectStore store, SchedulerMetrics metrics, SchedulerTraces traces, TimeProvider time) =>
        store is IPresignedUrls urls
            ? new WithPresignedUrls(store, urls, metrics, traces, time)
            : new MeasuredStore(store, metrics, traces, time);

    public Task<PutResult> PutAsync(
        ObjectAddress target, Stream content, ObjectAttributes attributes, PutCondition condition,
        CancellationToken cancellation) =>
        MeasureAsync("put", target.Bucket, () => _inner.PutAsync(target, content, attributes, condition, cancellation));

    public Task<ObjectInfo?> HeadAsync(ObjectAddress source, CancellationToken cancellation) =>
        MeasureAsync("head", source.Bucket, () => _inner.HeadAsync(source, cancellation));

    public Task<StoredObject?> GetAsync(ObjectAddress source, long offset, CancellationToken cancellation) =>
        MeasureAsync("get", source.Bucket, () => _inner.GetAsync(source, offset, cancellation));

    public Task<ObjectPage> ListAsync(
        string bucket, string prefix, string startAfter, int limit, CancellationToken cancellation) =>
        MeasureAsync("list", bucket, () => _inner.ListAsync(bucket, prefix, startAfter, limit, cancellation));

    public Task<CopyOutcome> CopyAsync(
        ObjectAddress source, long size, ObjectAddress target, Func<bool> canCommit, CancellationToken cancellation) =>
        MeasureAsync("copy", target.Bucket, () => _inner.CopyAsync(source, size, target, canCommit, cancellation));

    public Task<DeleteResult> DeleteAsync(
        string bucket, IReadOnlyCollection<DeleteTarget> targets, CancellationToken cancellation) =>
        MeasureAsync("delete", bucket, () => _inner.DeleteAsync(bucket, targets, cancellation));

    public void Dispose()
    {
        (_inner as IDisposable)?.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task<T> MeasureAsync<T>(string operation, string bucket, Func<Task<T>> request)
    {
        using var span = _traces.StartRequest(operation, bucket);
        var began = _time.GetTimestamp();
        var outcome = "aborted"; // by the caller, or its content broke off
        try
        {
            var result = await request();
            outcome = "ok";
            return result;
        }
        catch (StoreException fault)
        {
            outcome = fault.IsTransient ? "transient" : "permanent";
            span?.Fail(fault.Code);
            throw;
        }
        finally
        {
            span?.SetTag("outcome", outcome);
            _metrics.RequestEnded(operation, outcome, _time.GetElapsedTime(began));
        }
    }

    private sealed class WithPresignedUrls(
        IObjectStore inner, IPresignedUrls urls, SchedulerMetrics metrics, SchedulerTraces traces, TimeProvider time)
        : MeasuredStore(inner, metrics, traces, time), IPresignedUrls
    {
        public Task<PutTrialResult> TryAsync(ObjectAddress marker, Random random, CancellationToken cancellation) =>
            urls.TryAsync(marker, random, cancellation);

        public Task<PresignedPut> PresignAsync(
            ObjectAddress target, ObjectAttributes attributes, ExpectedContent content, DateTimeOffset expiresAt,
            CancellationToken cancellation) =>
            urls.PresignAsync(target, attributes, content, expiresAt, cancellation);

        public Task<string> PresignGetAsync(
            ObjectAddress source, string disposition, DateTimeOffset expiresAt, CancellationToken cancellation) =>
            urls.PresignGetAsync(source, disposition, expiresAt, cancellation);
    }
}
