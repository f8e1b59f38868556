namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>Tests of whole processes. They measure time and memory, so no other test runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EndToEndTests : ICollectionFixture<S3Server>
{
    public const string Name = "End to end";
}
