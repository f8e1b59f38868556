namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>
/// Ends a sweep before its work is done. After a request to stop, when its time budget is used up, and when it can't go
/// on, no more copies start. Copies under way are abandoned 4 seconds later, and deletes 8 seconds later: one that
/// hangs must not keep the next sweep waiting.
/// </summary>
public sealed class SweepStop : IDisposable
{
    private static readonly TimeSpan ForCopies = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan ForDeletes = TimeSpan.FromSeconds(8);

    /// <summary>How much longer than its budget a sweep may take, without the request that closes its lease.</summary>
    public static TimeSpan Overtime => ForDeletes;

    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenSource _copies;
    private readonly CancellationTokenSource _deletes;
    private readonly CancellationTokenRegistration _stopped;
    private readonly CancellationTokenSource? _budget;
    private readonly CancellationTokenRegistration _used;
    private int _isEnding;

    /// <param name="budget">More than 40 days: until it is asked to stop.</param>
    /// <param name="asked">Cancelled when the process asks the sweep to stop.</param>
    public SweepStop(TimeProvider time, TimeSpan budget, CancellationToken asked)
    {
        _copies = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _deletes = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _over = CancellationTokenSource.CreateLinkedTokenSource(asked);
        _stopped = _over.Token.Register(GiveUp);
        Asked = asked;
        // Timers go up to 49 days.
        _budget = budget > TimeSpan.FromDays(40) ? null : new CancellationTokenSource(budget, time);
        _used = _budget?.Token.Register(_over.Cancel) ?? default;
    }

    /// <summary>Cancelled when the process asks the sweep to stop.</summary>
    public CancellationToken Asked { get; }

    /// <summary>Cancelled when no more copies may start.</summary>
    public CancellationToken Over => _over.Token;

    public bool MustStop => Over.IsCancellationRequested;

    public CancellationToken Copies => _copies.Token;

    public CancellationToken Deletes => _deletes.Token;

    /// <summary>Call it when no more copies can start: the lease is lost, or the folder can't be listed.</summary>
    public void GiveUp()
    {
        if (Interlocked.Exchange(ref _isEnding, 1) == 1) return;
        _copies.CancelAfter(ForCopies);
        _deletes.CancelAfter(ForDeletes);
    }

    public void Dispose()
    {
        _used.Dispose();
        _stopped.Dispose();
        _budget?.Dispose();
        _over.Dispose();
        _copies.Dispose();
        _deletes.Dispose();
    }
}
