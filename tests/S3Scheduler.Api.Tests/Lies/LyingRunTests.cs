using Microsoft.Extensions.Logging;

namespace S3Scheduler.Api.Tests.Lies;

/// <summary>
/// The whole service against an S3 server that lies. Each run has a seed, which it prints; <see cref="LieSeeds"/> says
/// how to choose others.
/// </summary>
public sealed class LyingRunTests(ITestOutputHelper output)
{
    private const int MostLines = 300;

    [Fact]
    public async Task Whatever_the_store_answers_what_is_healthy_goes_on_and_nothing_is_lost_early_or_hidden()
    {
        foreach (var seed in LieSeeds.All)
        {
            output.WriteLine($"LIE_SEED={seed} LIES={LieSeeds.Lies}");
            var run = await LyingRun.RunAsync(seed, LieSeeds.Lies);
            var verdict = new Verdict(run);
            var faults = verdict.Faults().ToList();
            output.WriteLine(Describe(run, verdict));
            Assert.True(faults.Count == 0,
                $"LIE_SEED={seed} LIES={LieSeeds.Lies}: {faults.Count} faults\n{string.Join('\n', faults.Take(30))}");
        }
    }

    private static string Describe(LyingRun run, Verdict verdict) => string.Join('\n',
    [
        $"{run.Liar.Lies} lies in {(run.End - run.Start).TotalSeconds:F0} s: "
            + string.Join(", ", run.Liar.Told.OrderBy(t => t.Key).Select(t => $"{t.Key} {t.Value}")),
        $"{run.Traffic.Posted.Count(p => p.Key is not null)} of {run.Traffic.Posted.Count} schedules were taken, "
            + $"{run.Traffic.Posted.Count(p => p.IsCancelled)} cancelled. The healthy ones were at most "
            + $"{verdict.Lateness.DefaultIfEmpty().Max().TotalSeconds:F3} s late.",
        .. run.Liar.Calls.GroupBy(c => c.Name)
            .Select(c => $"{c.Key}: {c.Count()} calls, at most {c.Max(call => call.Requests)} requests"),
        $"In a quiet time of {(run.Oddities.Quiet.To - run.Oddities.Quiet.From).TotalSeconds:F0} s there were "
            + $"{verdict.QuietLists} LISTs. {string.Join(", ", run.Oddities.Retries)}",
        "Sweeps on request of more than 20 s: " + string.Join(", ", run.Traffic.Sweeps
            .Where(s => s.To - s.From > TimeSpan.FromSeconds(20)).Select(s => $"{s.From:mm:ss} to {s.To:mm:ss}")),
        .. run.Liar.Storms.Select(storm => $"Storm from {storm}"),
        .. run.Log.Since(LogLevel.Warning).Where(line => line.Name is not ("RequestFailed" or "DeliveryPostponed"))
            .Select(line => $"{line.At:mm:ss.fff} {line.Name}: {line.Text}").Take(MostLines),
    ]);
}
