using S3Scheduler.Api.Storage.Local;

namespace S3Scheduler.Api.Tests.Storage.Local;

public sealed class LocalObjectStoreConformance : ObjectStoreConformance
{
    private readonly TemporaryFolder _folder = new();
    private int _buckets;

    protected override bool CreatesBuckets => true;

    protected override Task<IObjectStore> StoreAsync() =>
        Task.FromResult<IObjectStore>(new LocalObjectStore(_folder["data"], TimeProvider.System));

    protected override Task<string> EmptyBucketAsync() => Task.FromResult($"bucket-{_buckets++}");

    public override ValueTask DisposeAsync()
    {
        var outside = _folder.Files()
            .Where(file => !file.StartsWith("data/bucket-", StringComparison.Ordinal))
            .Where(file => !file.StartsWith("data/.store", StringComparison.Ordinal)).ToList();
        var leftovers = Directory.Exists(_folder["data/.store/tmp"]) ? _folder.Files("data/.store/tmp").ToList() : [];
        _folder.Dispose();

        outside.ShouldBeEmpty();
        leftovers.ShouldBeEmpty();
        return base.DisposeAsync();
    }
}
