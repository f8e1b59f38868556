namespace S3Scheduler.Api.Tests.Deploy;

/// <summary>
/// Compares the templates' policies with the requests that the adapter sent in all tests before, and in a run that
/// makes every kind of request. So the comparison is complete even if it runs alone.
/// </summary>
[Collection(LastTests.Name)]
public sealed class PolicyTests(S3Server server, EveryOperation everything) : IClassFixture<EveryOperation>
{
    [Theory]
    [InlineData("lambda.yaml", "FunctionRole")]
    [InlineData("ecs.yaml", "TaskRole")]
    public async Task A_role_grants_what_the_service_needs_and_nothing_else(string file, string role)
    {
        await everything.RunAsync(server);
        var (asked, elsewhere) = Permission.AskedFor(S3Recorder.Requests);
        var granted = Permission.GrantedBy(file, role);

        granted.ShouldBe(asked, ignoreOrder: true);
        // From the tests of the adapter alone, which have no folder and no destinations.
        elsewhere.ShouldBeSubsetOf(granted.Select(permission => permission.Operation));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{S3Recorder.Requests.Count} requests: {string.Join("; ", asked)}. " +
            $"Elsewhere: {string.Join(", ", elsewhere)}.");
    }
}
