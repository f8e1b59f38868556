using Microsoft.Extensions.Logging;

namespace S3Scheduler.Api.Tests.Lies.Local;

/// <summary>
/// The whole service on a directory that somebody puts wrong things into, one for five lies of the run against an S3
/// server. Each run has a seed, which it prints; <see cref="LieSeeds"/> says how to choose others.
/// </summary>
public sealed class VandalRunTests(ITestOutputHelper output)
{
    private const int MostLines = 50;

    [Fact]
    public async Task Whatever_is_put_into_the_directory_what_is_healthy_goes_on_and_nothing_outside_of_it_is_touched()
    {
        foreach (var seed in LieSeeds.All)
        {
            output.WriteLine($"LIE_SEED={seed} LIES={LieSeeds.Lies}");
            using var run = new VandalRun(seed);
            await run.RunAsync(LieSeeds.Lies / 5);
            var verdict = new VandalVerdict(run);
            var faults = verdict.Faults().ToList();
            output.WriteLine(Describe(run, verdict));
            Assert.True(faults.Count == 0,
                $"LIE_SEED={seed} LIES={LieSeeds.Lies}: {faults.Count} faults\n{string.Join('\n', faults.Take(30))}");
        }
    }

    private static string Describe(VandalRun run, VandalVerdict verdict) => string.Join('\n',
    [
        $"{run.Vandal.Done} wrong things in {(run.End - run.Start).TotalSeconds:F0} s: "
            + string.Join(", ", run.Vandal.Told.OrderBy(t => t.Key).Select(t => $"{t.Key} {t.Value}")),
        $"{run.Traffic.Posted.Count(p => p.Key is not null)} of {run.Traffic.Posted.Count} schedules were taken, "
            + $"{run.Traffic.Posted.Count(p => p.IsCancelled)} cancelled. The healthy ones were at most "
            + $"{verdict.Lateness.DefaultIfEmpty().Max().TotalSeconds:F3} s late. {run.Failed.Count} have failed.",
        .. run.Calls.GroupBy(c => $"{c.Name} {c.Status}").Select(c => $"{c.Key}: {c.Count()} calls"),
        .. run.Log.Since(LogLevel.Warning).Select(line => $"{line.At:mm:ss.fff} {line.Name}: {line.Text}")
            .Take(MostLines),
    ]);
}
