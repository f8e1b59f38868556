namespace S3Scheduler.Api.Telemetry;

/// <summary>A store whose requests are measured, retries included.</summary>
public class MeasuredStore : IObjectStore, IDisposable
{
    private readonly IObjectStore _inner;
    private readonly SchedulerMetrics _metrics;
    private readonly TimeProvider _time;

    private MeasuredStore(IObjectStore inner, SchedulerMetrics metrics, TimeProvider time) =>
        (_inner, _metrics, _time) = (inner, metrics, time);

    public ServerClock Clock => _inner.Clock;

    /// <summary>The result takes presigned PUTs if the store does.</summary>
    public static IObjectStore Of(IObjectStore store, SchedulerMetrics metrics, TimeProvider time) =>
        store is IPresignedPuts puts
            ? new WithPresignedPuts(store, puts, metrics, time)
            : new MeasuredStore(store, metrics, time);

    public Task<PutResult> PutAsync(
        ObjectAddress target, Stream content, ObjectAttributes attributes, PutCondition condition,
        CancellationToken cancellation) =>
        MeasureAsync("put", () => _inner.PutAsync(target, content, attributes, condition, cancellation));

    public Task<ObjectInfo?> HeadAsync(ObjectAddress source, CancellationToken cancellation) =>
        MeasureAsync("head", () => _inner.HeadAsync(source, cancellation));

    public Task<StoredObject?> GetAsync(ObjectAddress source, long offset, CancellationToken cancellation) =>
        MeasureAsync("get", () => _inner.GetAsync(source, offset, cancellation));

    public Task<ObjectPage> ListAsync(
        string bucket, string prefix, string startAfter, int limit, CancellationToken cancellation) =>
        MeasureAsync("list", () => _inner.ListAsync(bucket, prefix, startAfter, limit, cancellation));

    public Task<CopyOutcome> CopyAsync(
        ObjectAddress source, long size, ObjectAddress target, Func<bool> canCommit, CancellationToken cancellation) =>
        MeasureAsync("copy", () => _inner.CopyAsync(source, size, target, canCommit, cancellation));

    public Task<DeleteResult> DeleteAsync(
        string bucket, IReadOnlyCollection<DeleteTarget> targets, CancellationToken cancellation) =>
        MeasureAsync("delete", () => _inner.DeleteAsync(bucket, targets, cancellation));

    public void Dispose()
    {
        (_inner as IDisposable)?.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task<T> MeasureAsync<T>(string operation, Func<Task<T>> request)
    {
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
            throw;
        }
        finally
        {
            _metrics.RequestEnded(operation, outcome, _time.GetElapsedTime(began));
        }
    }

    private sealed class WithPresignedPuts(
        IObjectStore inner, IPresignedPuts puts, SchedulerMetrics metrics, TimeProvider time)
        : MeasuredStore(inner, metrics, time), IPresignedPuts
    {
        public Task<PutTrialResult> TryAsync(ObjectAddress marker, Random random, CancellationToken cancellation) =>
            puts.TryAsync(marker, random, cancellation);

        public Task<PresignedPut> PresignAsync(
            ObjectAddress target, ObjectAttributes attributes, ExpectedContent content, DateTimeOffset expiresAt,
            CancellationToken cancellation) =>
            puts.PresignAsync(target, attributes, content, expiresAt, cancellation);
    }
}
