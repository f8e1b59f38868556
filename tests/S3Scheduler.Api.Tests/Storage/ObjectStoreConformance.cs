namespace S3Scheduler.Api.Tests.Storage;

/// <summary>Tests of the port that every adapter must pass. Each adapter's test class derives from this one.</summary>
public abstract partial class ObjectStoreConformance : IAsyncLifetime
{
    protected static readonly ObjectAttributes NoAttributes = new();

    /// <summary>Whether the store creates a missing bucket with its first object.</summary>
    protected virtual bool CreatesBuckets => false;

    protected IObjectStore Store { get; private set; } = null!;

    /// <summary>Empty when the test starts; no other test uses it.</summary>
    protected string Bucket { get; private set; } = null!;

    /// <summary>The same values in every run.</summary>
    protected Random Random { get; } = new(20261121);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The store under test.</summary>
    protected abstract Task<IObjectStore> StoreAsync();

    /// <summary>Makes an empty bucket that no other test uses.</summary>
    protected abstract Task<string> EmptyBucketAsync();

    public virtual async ValueTask InitializeAsync()
    {
        // The bucket comes first, because this skips the test if there is no server.
        Bucket = await EmptyBucketAsync();
        Store = await StoreAsync();
    }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected ObjectAddress At(string key) => new(Bucket, key);

    protected byte[] RandomBytes(int size)
    {
        var bytes = new byte[size];
        Random.NextBytes(bytes);
        return bytes;
    }

    protected Task<PutResult> PutAsync(
        string key, string content = "content", PutCondition condition = PutCondition.None,
        ObjectAttributes? attributes = null)
        => PutAsync(key, Encoding.UTF8.GetBytes(content), condition, attributes);

    protected async Task<PutResult> PutAsync(
        string key, byte[] content, PutCondition condition = PutCondition.None, ObjectAttributes? attributes = null)
    {
        using var stream = new MemoryStream(content);
        return await Store.PutAsync(At(key), stream, attributes ?? NoAttributes, condition, Cancellation);
    }

    protected async Task<ObjectInfo> HeadAsync(string key)
        => (await Store.HeadAsync(At(key), Cancellation)).ShouldNotBeNull();

    protected async Task<string> ReadAsync(string key) => Encoding.UTF8.GetString(await ReadBytesAsync(key));

    protected async Task<byte[]> ReadBytesAsync(string key)
    {
        await using var stored = (await Store.GetAsync(At(key), Cancellation)).ShouldNotBeNull();
        using var bytes = new MemoryStream();
        await stored.Content.CopyToAsync(bytes, Cancellation);
        stored.Info.Size.ShouldBe(bytes.Length);
        return bytes.ToArray();
    }

    protected Task<ObjectPage> ListAsync(string prefix = "", string startAfter = "", int limit = 1000)
        => Store.ListAsync(Bucket, prefix, startAfter, limit, Cancellation);

    protected async Task<IEnumerable<string>> KeysAsync(string prefix = "", string startAfter = "", int limit = 1000)
        => (await ListAsync(prefix, startAfter, limit)).Objects.Select(listed => listed.Key);

    protected Task<DeleteResult> DeleteAsync(params IEnumerable<string> keys)
        => Store.DeleteAsync(Bucket, [.. keys.Select(key => new DeleteTarget(key))], Cancellation);
}
