namespace S3Scheduler.Api.Tests.Deploy;

/// <summary>
/// The templates' policies against what the adapter asked S3 for: in all tests that came before, and in one run of a
/// service that does everything it can. So the comparison is complete even where it runs alone.
/// </summary>
[Collection(LastTests.Name)]
public sealed class PolicyTests(S3Server server, EveryOperation everything) : IClassFixture<EveryOperation>
{
    [Theory]
    [InlineData("lambda.yaml", "FunctionRole")]
    [InlineData("ecs.yaml", "TaskRole")]
    public async Task A_role_may_do_what_the_service_does_and_nothing_else(string file, string role)
    {
        await everything.RunAsync(server);
        var (asked, elsewhere) = Permission.AskedFor(S3Recorder.Requests);
        var granted = Permission.GrantedBy(file, role);

        granted.ShouldBe(asked, ignoreOrder: true);
        // Of the tests of the adapter alone, which have no folder and no destinations.
        elsewhere.ShouldBeSubsetOf(granted.Select(permission => permission.Operation));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{S3Recorder.Requests.Count} requests: {string.Join("; ", asked)}. Elsewhere: {string.Join(", ", elsewhere)}.");
    }
}
