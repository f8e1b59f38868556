namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>
/// How a sweep ends before its work does. When its time is over, no copy is started any more. When it is told to stop,
/// those under way have 4 seconds for their answers, too, and 8 seconds after it was told all that was copied has been
/// deleted, or not.
/// </summary>
public sealed class SweepStop : IDisposable
{
    private static readonly TimeSpan ForCopies = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan ForDeletes = TimeSpan.FromSeconds(8);

    private readonly TimeProvider _time;
    private readonly TimeSpan? _budget;
    private readonly long _started;
    private readonly CancellationTokenSource _copies;
    private readonly CancellationTokenSource _deletes;
    private readonly CancellationTokenRegistration _asked;

    /// <param name="budget">Null: no end to its time.</param>
    public SweepStop(TimeProvider time, TimeSpan? budget, CancellationToken asked)
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

    /// <summary>Whether no more copies are to be started.</summary>
    public bool IsNow => Asked.IsCancellationRequested || _time.GetElapsedTime(_started) >= _budget;

    public CancellationToken Copies => _copies.Token;

    public CancellationToken Deletes => _deletes.Token;

    public void Dispose()
    {
        _asked.Dispose();
        _copies.Dispose();
        _deletes.Dispose();
    }
}
