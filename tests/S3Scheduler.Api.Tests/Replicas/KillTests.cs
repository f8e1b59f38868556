using System.Security.Cryptography;

namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>
/// Two processes on one folder, killed again and again, on a network that fails, while clients schedule, cancel and
/// reschedule at random. KILL_TEST=long takes the long form, KILL_TEST_SEED another run's seed.
/// </summary>
[Collection(EndToEndTests.Name)]
public sealed class KillTests(S3Server server)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Processes_that_are_killed_at_any_moment_lose_nothing_and_deliver_nothing_twice_early_or_after_its_cancellation(
        bool copiesInParts)
    {
        var isLong = Environment.GetEnvironmentVariable("KILL_TEST") == "long";
        var seed = Environment.GetEnvironmentVariable("KILL_TEST_SEED") is { Length: > 0 } given
            ? int.Parse(given, null)
            : RandomNumberGenerator.GetInt32(int.MaxValue);
        await using var folder = await ReplicatedFolder.CreateAsync(server, copiesInParts ? LoweredLimits.ForCopies : null);
        var run = new KillTestRun(folder, seed, isLong ? KillTestSize.Long : KillTestSize.Short);

        var verdict = await run.RunAsync();

        TestContext.Current.TestOutputHelper!.WriteLine(verdict.Summary);
        verdict.Violations.ShouldBeEmpty(verdict.Summary);
        run.Kills.ShouldBeGreaterThanOrEqualTo(run.Size.Kills);
    }
}
