namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>
/// Ends a sweep before its work is done. When its time budget is used up, no more copies start. After a request to
/// stop, copies under way are abandoned after 4 seconds, and deletes after 8 seconds.
/// </summary>
public sealed class SweepStop : IDisposable
{
    private static readonly TimeSpan ForCopies = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan ForDeletes = TimeSpan.FromSeconds(8);

    private readonly TimeProvider _time;
    private readonly TimeSpan _budget;
    private readonly long _started;
    private readonly CancellationTokenSource _copies;
    private readonly CancellationTokenSource _deletes;
    private readonly CancellationTokenRegistration _asked;

    /// <param name="asked">Cancelled when the process or the caller asks the sweep to stop.</param>
    public SweepStop(TimeProvider time, TimeSpan budget, CancellationToken asked)
    {
        (_time, _budget, _started, Asked) = (time, budget, time.GetTimestamp(), asked);
        _copies = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _deletes = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _asked = asked.Register(() =>
        {
            _copies.CancelAfter(ForCopies);
            _deletes.CancelAfter(ForDeletes);
        });
    }

    public CancellationToken Asked { get; }

    /// <summary>Whether no more copies may start.</summary>
    public bool MustStop => Asked.IsCancellationRequested || _time.GetElapsedTime(_started) >= _budget;

    public CancellationToken Copies => _copies.Token;

    public CancellationToken Deletes => _deletes.Token;

    public void Dispose()
    {
        _asked.Dispose();
        _copies.Dispose();
        _deletes.Dispose();
    }
}
