namespace S3Scheduler.Api.Scheduling;

/// <summary>
/// How a sweep ends when its process is told to: no copy is started any more, those under way have 4 seconds for their
/// answers, and 8 seconds after it was told all that was copied has been deleted, or not.
/// </summary>
public sealed class SweepStop : IDisposable
{
    private static readonly TimeSpan ForCopies = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan ForDeletes = TimeSpan.FromSeconds(8);

    private readonly CancellationTokenSource _copies;
    private readonly CancellationTokenSource _deletes;
    private readonly CancellationTokenRegistration _asked;

    public SweepStop(TimeProvider time, CancellationToken asked)
    {
        Asked = asked;
        _copies = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _deletes = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _asked = asked.Register(() =>
        {
            _copies.CancelAfter(ForCopies);
            _deletes.CancelAfter(ForDeletes);
        });
    }

    public CancellationToken Asked { get; }

    public bool IsAsked => Asked.IsCancellationRequested;

    public CancellationToken Copies => _copies.Token;

    public CancellationToken Deletes => _deletes.Token;

    public void Dispose()
    {
        _asked.Dispose();
        _copies.Dispose();
        _deletes.Dispose();
    }
}
