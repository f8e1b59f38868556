namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>All that took place at the server, all that clients were answered, and all that went wrong.</summary>
public sealed class History
{
    public List<ServerEvent> Events { get; } = [];

    public List<ServiceCall> Calls { get; } = [];

    public List<(TimeSpan At, string Text)> Notes { get; } = [];

    /// <summary>Requests that met a mishap.</summary>
    public List<ulong> Mishaps { get; } = [];

    /// <summary>A process was killed or frozen, or a caller may have given up on a request that took place.</summary>
    public bool HasLooseEnds { get; set; }

    public ServiceCall Begin(TimeSpan at, CallKind kind, string process, string what)
    {
        var call = new ServiceCall(Calls.Count, at, kind, process, what);
        Calls.Add(call);
        return call;
    }

    /// <summary>In the order of time, a line each; sweeps that found nothing are left out.</summary>
    public IEnumerable<string> Lines() => Notes
        .Concat(Calls.Where(c => !IsIdle(c)).Select(c => (c.Began, $"#{c.Number} {c.Process} {c.Kind} {c.What} ...")))
        .Concat(Calls.Where(c => c.Answer is not null && !IsIdle(c)).Select(c => (c.Ended, $"#{c.Number} {c.Process} {c.Kind} => {c.Answer}")))
        .Concat(Events.Select(e => (e.At, e.ToString())))
        .Select((line, order) => (At: line.Item1, Text: line.Item2, Order: order))
        .OrderBy(line => line.At).ThenBy(line => line.Order)
        .Select(line => $"{line.At.TotalSeconds,9:F3} {line.Text}");

    private static bool IsIdle(ServiceCall call) => call.Answer?.Contains("Outcome = Idle", StringComparison.Ordinal) == true;
}

public enum CallKind { Create, Upload, Cancel, Reschedule, Retry, RetryAll, Sweep }

/// <summary>What a client, or the worker of a process, asked of the service.</summary>
public sealed class ServiceCall(int number, TimeSpan began, CallKind kind, string process, string what)
{
    public int Number { get; } = number;
    public TimeSpan Began { get; } = began;
    public CallKind Kind { get; } = kind;
    public string Process { get; } = process;
    public string What { get; } = what;

    /// <summary>Null: there was none.</summary>
    public string? Answer { get; set; }

    public TimeSpan Ended { get; set; }

    /// <summary>When the first lease of this sweep was written.</summary>
    public TimeSpan? LeaseTaken { get; set; }

    /// <summary>Whether a destination would not be read when it was looked at.</summary>
    public bool WasRefusedALook { get; set; }

    public int[] Requests { get; } = new int[Enum.GetValues<StoreOperation>().Length];
}

/// <summary>One object that a request touched, at the moment when it took place.</summary>
/// <param name="Sent">When its process sent it.</param>
/// <param name="Id">The schedule-id that was stored or copied.</param>
/// <param name="Was">The schedule-id of what was overwritten or deleted, or stood in the way.</param>
/// <param name="Took">Whether anything was changed.</param>
/// <param name="HeldLease">Whether the newest lease was this call's own when the request was sent.</param>
public sealed record ServerEvent(
    TimeSpan At, TimeSpan Sent, ServiceCall Call, StoreOperation Operation, string Bucket, string Key, string? Target, string? Id,
    string? Was, bool Took, string? Content, bool HeldLease)
{
    public override string ToString() =>
        $"   server: {Operation} {Bucket}/{Key}{(Target is null ? "" : $" -> {Target}")}{(Took ? "" : " (nothing done)")}" +
        $"{(Id is null ? "" : $" id {Id[..4]}")}{(Was is null ? "" : $" was {Was[..4]}")} (#{Call.Number} {Call.Process}, sent {Sent.TotalSeconds:F3})";
}
