using S3Scheduler.Api.Storage.Local;

namespace S3Scheduler.Api.Tests.Storage.Local;

/// <summary>Tests of a store in a temporary directory, with a clock that stands still.</summary>
public abstract class LocalStoreTests : IDisposable
{
    protected const string Bucket = "bucket";

    private protected TemporaryFolder Folder { get; } = new();
    private protected StandingTime Time { get; } = new();

    protected IObjectStore Store { get; }

    protected LocalStoreTests() => Store = NewStore();

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public virtual void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected IObjectStore NewStore() => new LocalObjectStore(Folder.Path, Time);

    protected static ObjectAddress At(string key) => new(Bucket, key);

    protected async Task<bool> PutAsync(
        string key, string content = "content", PutCondition condition = PutCondition.None)
    {
        var attributes = new ObjectAttributes { ContentType = TypeOf(content) };
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(content));
        return (await Store.PutAsync(At(key), stream, attributes, condition, Cancellation)).Stored;
    }

    protected async Task<IEnumerable<string>> KeysAsync() =>
        (await Store.ListAsync(Bucket, "", "", 1000, Cancellation)).Objects.Select(listed => listed.Key);

    protected async Task DeleteAsync(params IEnumerable<string> keys) =>
        (await Store.DeleteAsync(Bucket, [.. keys.Select(key => new DeleteTarget(key))], Cancellation))
            .Failed.ShouldBeEmpty();

    /// <summary>The object is complete and has the attributes it was put with.</summary>
    protected async Task ShouldHoldAsync(string key, string content)
    {
        await using var stored = (await Store.GetAsync(At(key), Cancellation)).ShouldNotBeNull();
        using var reader = new StreamReader(stored.Content);
        (await reader.ReadToEndAsync(Cancellation)).ShouldBe(content);
        stored.Info.Attributes.ContentType.ShouldBe(TypeOf(content));
        (await Store.HeadAsync(At(key), Cancellation)).ShouldNotBeNull().ShouldBeSameObject(stored.Info);
    }

    private static string TypeOf(string content) => $"text/{content.Replace(' ', '-')}";

    private protected sealed class StandingTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 19, 5, 0, 123, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
        public override long GetTimestamp() => Now.Ticks;
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }
}
