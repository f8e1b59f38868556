using S3Scheduler.Api.Tests.Deploy;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LastTests))]

namespace S3Scheduler.Api.Tests.Deploy;

/// <summary>
/// Tests of what all other tests did. Collections without parallelism run last, and this one is the last of them.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class LastTests : ITestCollectionOrderer, ICollectionFixture<S3Server>
{
    public const string Name = "Last";

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => collection.TestCollectionDisplayName == Name)];
}
