namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>Everything that the server did, that clients were answered, and that went wrong.</summary>
public sealed class History
{
    public List<ServerEvent> Events { get; } = [];
    public List<ServiceCall> Calls { get; } = [];
    public List<(TimeSpan At, string Text)> Notes { get; } = [];
    public List<ulong> Mishaps { get; } = []; // the ids of the requests that had one

    /// <summary>When the server's clock was set, and by how much.</summary>
    public List<(TimeSpan At, TimeSpan By)> ServerSet { get; } = [];

    /// <summary>When each process was first told the server's time.</summary>
    public Dictionary<string, TimeSpan> FirstAnswers { get; } = [];

    /// <summary>The processes that were killed.</summary>
    public HashSet<string> Killed { get; } = [];

    /// <summary>
    /// Whether the server's clock was set forward, and a process may have taken a lease that looked expired, because
    /// nothing could tell it: it had its first answer after that, or the clock was set back shortly before, while the
    /// process waited for an answer, and seemed unchanged.
    /// </summary>
    public bool MayHaveMissedServerSet(ServerEvent e, Plan plan)
    {
        var (lease, unseen) = (plan.Options.LeaseDuration, plan.Options.LeaseDuration * 3 + plan.Patience);
        return ServerSet.Exists(set => set.By > TimeSpan.Zero && set.At <= e.Sent && e.Sent - set.At < lease * 2
            && (FirstAnswers.Values.Any(first => first >= set.At && first <= e.Sent)
                || ServerSet.Exists(back =>
                    back.By < TimeSpan.Zero && back.At < set.At && set.At - back.At < unseen)));
    }

    /// <summary>By how much the server's clock was wrong.</summary>
    public TimeSpan ServerError(TimeSpan at) =>
        ServerSet.Where(set => set.At <= at).Aggregate(TimeSpan.Zero, (error, set) => error + set.By);

    /// <summary>By how much the server's clock was fast at most in the time before that.</summary>
    public TimeSpan MostAhead(TimeSpan at, TimeSpan within) => ServerSet
        .Where(set => set.At > at - within && set.At <= at)
        .Select(set => ServerError(set.At)).Append(ServerError(at)).Append(ServerError(at - within)).Max();

    /// <summary>Whether an outcome may be unknown: a process was killed or frozen, or did not get a response.</summary>
    public bool HasUnresolved { get; set; }

    /// <summary>A line for each event, in the order of time, without the sweeps that found nothing.</summary>
    public IEnumerable<string> Lines() => Notes
        .Concat(Calls.Where(c => !IsIdle(c)).Select(c => (c.Began, $"#{c.Number} {c.Process} {c.Kind} {c.What} ...")))
        .Concat(Calls.Where(c => c.Answer is not null && !IsIdle(c))
            .Select(c => (c.Ended, $"#{c.Number} {c.Process} {c.Kind} => {c.Answer}")))
        .Concat(Events.Select(e => (e.At, e.ToString())))
        .Select((line, order) => (At: line.Item1, Text: line.Item2, Order: order))
        .OrderBy(line => line.At).ThenBy(line => line.Order)
        .Select(line => $"{line.At.TotalSeconds,9:F3} {line.Text}");

    private static bool IsIdle(ServiceCall call) =>
        call.Answer?.Contains("Outcome = Idle", StringComparison.Ordinal) == true;
}

public enum CallKind { Create, Upload, Cancel, CancelMany, Reschedule, RescheduleMany, Retry, RetryAll, Sweep }

/// <summary>A call of the service by a client, or by the worker of a process.</summary>
public sealed record ServiceCall(int Number, TimeSpan Began, CallKind Kind, string Process, string What)
{
    public string? Answer { get; set; }
    public TimeSpan Ended { get; set; }
    public TimeSpan? LeaseTaken { get; set; } // when the first lease of this sweep was written
    public bool WasRefusedALook { get; set; } // whether a sweep could not read a destination

    /// <summary>What a call on many schedules was answered of each, by the key of its object.</summary>
    public Dictionary<string, CancelOutcome> Cancelled { get; } = [];

    /// <inheritdoc cref="Cancelled"/>
    public Dictionary<string, RescheduleOutcome> Rescheduled { get; } = [];

    /// <summary>Calls for pages of one run have the same.</summary>
    public PlanStep? Run { get; set; }

    public int[] Requests { get; } = new int[Enum.GetValues<StoreOperation>().Length];
}

/// <summary>What a request did to one object.</summary>
/// <param name="Sent">When its process sent it.</param>
/// <param name="Id">The schedule-id that was stored or copied.</param>
/// <param name="Was">The schedule-id of the object that was there before.</param>
/// <param name="Changed">Whether the request had an effect.</param>
/// <param name="HeldLease">Whether this call had the newest lease when it sent the request.</param>
public sealed record ServerEvent(
    TimeSpan At, TimeSpan Sent, ServiceCall Call, StoreOperation Operation, string Bucket, string Key, string? Target,
    string? Id, string? Was, bool Changed, string? Content, bool HeldLease)
{
    public override string ToString() =>
        $"   server: {Operation} {Bucket}/{Key}{(Target is null ? "" : $" -> {Target}")}" +
        $"{(Changed ? "" : " (nothing done)")}{(Id is null ? "" : $" id {Id[..4]}")}" +
        $"{(Was is null ? "" : $" was {Was[..4]}")} (#{Call.Number} {Call.Process}, sent {Sent.TotalSeconds:F3})";
}
