namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>A test with a folder of its own, in which the processes that it starts run.</summary>
public abstract class EndToEndTest : IAsyncLifetime
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;
    private protected TemporaryFolder Folder { get; } = new();

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
