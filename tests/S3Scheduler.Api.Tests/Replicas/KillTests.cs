using System.Security.Cryptography;

namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>
/// Two processes on one folder are killed again and again, on a network that fails, while clients schedule, cancel and
/// reschedule at random. KILL_TEST=long runs the long form, KILL_TEST_SEED repeats the run of a seed.
/// </summary>
public sealed class KillTests(S3Server server)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_processes_lose_nothing_and_deliver_nothing_twice_early_or_after_a_cancel(bool inParts)
    {
        var size = Environment.GetEnvironmentVariable("KILL_TEST") == "long" ? KillTestSize.Long : KillTestSize.Short;
        var seed = Environment.GetEnvironmentVariable("KILL_TEST_SEED") is { Length: > 0 } given
            ? int.Parse(given, null)
            : RandomNumberGenerator.GetInt32(int.MaxValue);
        await using var folder = await ReplicatedFolder.CreateAsync(
            server, inParts ? LoweredLimits.ForCopies : null);
        var run = new KillTestRun(folder, seed, size);

        var verdict = await run.RunAsync();

        TestContext.Current.TestOutputHelper!.WriteLine(run.Summary);
        verdict.Violations.ShouldBeEmpty(run.Summary);
        run.Kills.ShouldBeGreaterThanOrEqualTo(size.Kills);
    }
}

/// <param name="Kills">How often a process is killed, both together.</param>
/// <param name="Posting">How long clients go on posting.</param>
internal sealed record KillTestSize(int Schedules, int Kills, TimeSpan Posting)
{
    public static KillTestSize Short { get; } = new(300, 10, TimeSpan.FromSeconds(20));

    // A kill every 12 s. What a killed process held waits for its lease, 6 s, so with a kill every 4 s most schedules
    // would wait, and their lateness would say little about the rest.
    public static KillTestSize Long { get; } = new(2000, 60, TimeSpan.FromMinutes(12));
}
