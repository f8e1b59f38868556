using S3Scheduler.Api.Storage;
using S3Scheduler.Api.Storage.S3;

namespace S3Scheduler.Api.Tests.Storage.S3;

[Collection(S3ServerTests.Name)]
public class S3ObjectStoreTests(S3Server server) : ObjectStoreConformance
{
    private readonly List<S3ObjectStore> _stores = [];

    protected virtual MultipartLimits Limits { get; } = new();

    public override async ValueTask DisposeAsync()
    {
        foreach (var store in _stores) store.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
        (await server.UploadsAsync(Bucket)).ShouldBeEmpty("Left behind.");
    }

    protected override Task<IObjectStore> StoreAsync()
    {
        var store = new S3ObjectStore(server.Configuration, TimeProvider.System, Limits);
        _stores.Add(store);
        return Task.FromResult<IObjectStore>(store);
    }

    protected override Task<string> EmptyBucketAsync() => server.EmptyBucketAsync();
}
