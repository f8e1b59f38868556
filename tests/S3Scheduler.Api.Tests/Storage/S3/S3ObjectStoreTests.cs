using S3Scheduler.Api.Storage;
using S3Scheduler.Api.Storage.S3;

namespace S3Scheduler.Api.Tests.Storage.S3;

[Collection(S3ServerTests.Name)]
public sealed class S3ObjectStoreTests(S3Server server) : ObjectStoreConformance
{
    private readonly List<S3ObjectStore> _stores = [];

    public override ValueTask DisposeAsync()
    {
        foreach (var store in _stores) store.Dispose();
        return base.DisposeAsync();
    }

    protected override Task<IObjectStore> StoreAsync()
    {
        var store = new S3ObjectStore(server.Configuration, TimeProvider.System);
        _stores.Add(store);
        return Task.FromResult<IObjectStore>(store);
    }

    protected override Task<string> EmptyBucketAsync() => server.EmptyBucketAsync();
}
