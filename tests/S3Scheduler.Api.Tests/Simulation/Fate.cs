namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>What can happen to a request.</summary>
public enum Mishap
{
    None,
    Slow, // request and response each take a second or so
    LateRequest, // it takes long to reach the server, perhaps longer than the client waits
    LateAnswer, // it is executed soon and answered late
    LostRequest,
    LostAnswer,
    Refused, // the server answers 503 and does nothing
    PartialDelete, // some keys of a batch are not deleted, or are deleted and not acknowledged
    OddDate, // the response says a wrong time
    Kill,
    Freeze,
}

/// <summary>What happens to one request. It depends only on the seed and the request, not on other events.</summary>
public sealed record Fate(ulong Id, Mishap Mishap, TimeSpan There, TimeSpan Back, Dice Dice)
{
    public static Fate Of(Plan plan, string request, bool isHealed)
    {
        var id = Dice.Seed(plan.Seed, request);
        var dice = new Dice(id);
        var (there, back) = (dice.Seconds(0.001, 0.03), dice.Seconds(0.001, 0.03));
        var mishap = isHealed || plan.Spared.Contains(id) ? Mishap.None : Throw(plan, dice);
        var longest = Math.Max(plan.Patience.TotalSeconds, plan.Options.LeaseDuration.TotalSeconds) * 2.5;
        return mishap switch
        {
            Mishap.Slow => new Fate(id, mishap, dice.Seconds(0, 2), dice.Seconds(0, 2), dice),
            Mishap.LateRequest => new Fate(id, mishap, dice.Seconds(1, dice.Pick(6, longest)), back, dice),
            Mishap.LateAnswer => new Fate(id, mishap, there, dice.Seconds(1, plan.Patience.TotalSeconds), dice),
            _ => new Fate(id, mishap, there, back, dice),
        };
    }

    private static Mishap Throw(Plan plan, Dice dice)
    {
        var place = dice.Fraction();
        foreach (var (mishap, probability) in plan.Mishaps)
        {
            if (place < probability) return mishap;
            place -= probability;
        }

        return Mishap.None;
    }
}

/// <summary>A request on its way.</summary>
/// <param name="HeldLease">Whether the caller had the newest lease when it sent the request.</param>
public sealed record Sending(
    StoreRequest Request, ServiceCall Call, SimulatedProcess Process, TimeSpan Sent, Fate Fate, bool HeldLease)
{
    /// <summary>The server's time when it received the request. Responses and objects may carry it.</summary>
    public DateTimeOffset ServerTime { get; set; }
}
