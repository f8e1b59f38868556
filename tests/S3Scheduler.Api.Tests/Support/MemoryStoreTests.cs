using S3Scheduler.Api.Tests.Storage;

namespace S3Scheduler.Api.Tests.Support;

/// <summary>The store that other tests use keeps the same contract as the real stores.</summary>
public sealed class MemoryStoreTests : ObjectStoreConformance
{
    private readonly MemoryStore _store = new(TimeProvider.System, TimeProvider.System);
    private int _buckets;

    protected override bool CreatesBuckets => true;

    protected override Task<IObjectStore> StoreAsync() => Task.FromResult<IObjectStore>(
        _buckets == 0 ? _store : new MemoryStore(TimeProvider.System, TimeProvider.System));

    protected override Task<string> EmptyBucketAsync() => Task.FromResult($"bucket-{_buckets++}");
}
