using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(TestOrder))]

namespace S3Scheduler.Api.Tests.Support;

/// <summary>
/// The tests of replicas wait longest, for due times and leases, so they start first and the others run beside them.
/// </summary>
public sealed class TestOrder : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
    [
        .. testCollections.OrderByDescending(collection =>
            collection.TestCollectionDisplayName.Contains(".Replicas.", StringComparison.Ordinal)),
    ];
}

/// <summary>Tests of what all other tests did. A collection without parallelism runs after those with it.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class LastTests
{
    public const string Name = "Last";
}
