namespace S3Scheduler.Api.Benchmarks;

/// <summary>How late deliveries are: from the due time to the answer to the COPY, as the proxy sees it.</summary>
internal static class Punctuality
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Waits until all have arrived, or until some minutes after the last due time.</summary>
    /// <returns>In seconds, the latest last. What has not arrived is infinitely late.</returns>
    public static async Task<IReadOnlyList<double>> ReadAsync(
        S3Log log, IReadOnlyCollection<string> buckets, IReadOnlyList<Seed> seeds)
    {
        var end = seeds[^1].Key.DueAt + Limit;
        while (Copies().Count() < seeds.Count && TimeProvider.System.GetUtcNow() < end)
            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);

        var dueAt = seeds.ToDictionary(s => s.Key.Destination.Key, s => s.Key.DueAt);
        var copies = Copies().ToList();
        var early = copies.Count(c => c.At < dueAt[c.Key]);
        if (early > 0) Console.WriteLine($"  EARLY: {early} copies");
        var late = copies.GroupBy(c => c.Key).Select(same => same.First())
            .Select(c => (c.At + c.Took - dueAt[c.Key]).TotalSeconds).ToList();
        if (copies.Count > late.Count) Console.WriteLine($"  MORE THAN ONCE: {copies.Count - late.Count} copies");
        return [.. late.Concat(Enumerable.Repeat(double.PositiveInfinity, seeds.Count - late.Count)).Order()];

        IEnumerable<S3Exchange> Copies() =>
            log.All.Where(e => e.Wrote(S3Operation.Copy) && buckets.Contains(e.Request.Bucket));
    }

    public static void Print(string who, IReadOnlyList<double> late) => Console.WriteLine(
        $"  {who,-10} late by {late[late.Count / 2]:0.000} s in the median, {late[late.Count * 99 / 100]:0.000} s " +
        $"in 99 of 100, {late[^1]:0.000} s at most");
}
