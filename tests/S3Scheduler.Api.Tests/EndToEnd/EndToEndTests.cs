namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>Tests of whole processes. They measure memory, so no other test runs at the same time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EndToEndTests : ICollectionFixture<S3Server>
{
    public const string Name = "End to end";
}

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
