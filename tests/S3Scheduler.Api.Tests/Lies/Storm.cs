using S3Scheduler.Api.Tests.Simulation;

namespace S3Scheduler.Api.Tests.Lies;

/// <summary>A time in which the bucket of the schedules lies, to everybody.</summary>
/// <param name="Operation">To which requests; null: to all.</param>
/// <param name="Share">Of the requests.</param>
/// <param name="Lie">Which lie; null: any.</param>
internal sealed record Storm(
    DateTimeOffset From, DateTimeOffset To, S3Operation? Operation, double Share, string? Lie)
{
    /// <summary>Storms without end, the first one soon, and a longer time of calm before each other one.</summary>
    public static IEnumerable<Storm> All(DateTimeOffset start, Dice dice)
    {
        for (var from = start + dice.Seconds(5, 10); ; from = start + dice.Seconds(35, 55))
        {
            start = from + dice.Seconds(5, 40);
            S3Operation? operation = dice.Chance(0.4) ? null : dice.Pick(
                S3Operation.List, S3Operation.Put, S3Operation.Get, S3Operation.Delete, S3Operation.Head);
            var lie = dice.Chance(0.5) ? null : dice.Pick<Lie>([.. AllLies.All]).Name;
            yield return new Storm(from, start, operation, dice.Pick(0.2, 0.6, 1), lie);
        }
    }

    public bool Covers(S3Message request, DateTimeOffset now) =>
        From <= now && now < To && (Operation is null || Operation == request.Operation);

    public override string ToString() =>
        $"{From:mm:ss.f} to {To:mm:ss.f}: {Operation?.ToString() ?? "all"}, {Share:P0}, {Lie ?? "any lie"}";
}
