namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>
/// What a seed stands for: the machines, what clients do, the faults at certain times, and the mishaps of requests. A
/// shrunk plan is the same without some of the steps and mishaps.
/// </summary>
public sealed record Plan
{
    public required ulong Seed { get; init; }
    public required DateTimeOffset Start { get; init; }
    public required int Processes { get; init; }
    public required SchedulerOptions Options { get; init; }
    public required TimeSpan Patience { get; init; } // how long a client of the store waits for a response
    public required int PageLimit { get; init; } // S3 may return fewer keys than were asked for
    public required bool KeepsDeleteCondition { get; init; } // as AWS does
    public required IReadOnlyDictionary<Mishap, double> Mishaps { get; init; } // with their probabilities
    public required IReadOnlyList<PlanStep> Steps { get; init; }
    public required TimeSpan SweepInterval { get; init; }
    public required TimeSpan Healed { get; init; } // all faults end then, and everything must come to rest

    /// <summary>
    /// Whether machines may sleep, so that their monotonic clocks stand still. Then no wall clock is set back, because
    /// nothing would show how long the sleep was.
    /// </summary>
    public required bool MachinesSleep { get; init; }

    /// <summary>Until then some objects can't be copied or read: a lifecycle rule has archived them.</summary>
    public TimeSpan ArchivedUntil { get; init; }

    /// <summary>The requests from which shrinking has taken the mishap.</summary>
    public IReadOnlySet<ulong> Spared { get; init; } = new HashSet<ulong>();

    public TimeSpan CopyPatience => Patience * 2;

    /// <summary>Whether nothing goes wrong and nothing is slow.</summary>
    public bool IsQuiet => Mishaps.Count == 0 && Steps.All(s => s is ClientStep);

    /// <summary>Whether nothing goes wrong, except that buckets may be slow.</summary>
    public bool IsCalm => Mishaps.Count == 0
        && Steps.All(s => s is ClientStep || (s is SlowBucketStep slow && slow.Copy < CopyPatience));

    public string Describe() =>
        $"{Processes} processes, lease {Options.LeaseDuration}, patience {Patience}, {PageLimit} keys a page, " +
        $"concurrency {Options.Concurrency}, retry window {Options.RetryWindow}, " +
        $"DELETE conditions {KeepsDeleteCondition}, archived until {ArchivedUntil}, " +
        $"mishaps {string.Join(" ", Mishaps)}";
}

public abstract record PlanStep(TimeSpan At, int Process);

/// <param name="Number">The number of the schedule, in the order of creation.</param>
public abstract record ClientStep(TimeSpan At, int Process, int Number) : PlanStep(At, Process);

public sealed record CreateStep(
    TimeSpan At, int Process, int Number, TimeSpan DueAt, Destination Destination, string Content)
    : ClientStep(At, Process, Number);

/// <summary>An upload by a client that still uses the Python library.</summary>
public sealed record PythonStep(
    TimeSpan At, int Process, int Number, TimeSpan DueAt, TimeSpan Offset, Destination Destination)
    : ClientStep(At, Process, Number);

/// <summary>A schedule that somebody puts into the folder by hand, for a destination that is not allowed.</summary>
public sealed record HandStep(TimeSpan At, int Process, int Number, TimeSpan DueAt, Destination Destination)
    : ClientStep(At, Process, Number);

public sealed record CancelStep(TimeSpan At, int Process, int Number) : ClientStep(At, Process, Number);

public sealed record RescheduleStep(TimeSpan At, int Process, int Number, TimeSpan DueAt)
    : ClientStep(At, Process, Number);

public sealed record RetryStep(TimeSpan At, int Process, int Number) : ClientStep(At, Process, Number);

public sealed record RetryAllStep(TimeSpan At, int Process) : ClientStep(At, Process, -1);

/// <summary>Cancels pending schedules, or deletes failed ones, page by page.</summary>
/// <param name="Bucket">Null: to any bucket.</param>
public sealed record CancelManyStep(
    TimeSpan At, int Process, ScheduleStatus Status, string? Bucket, TimeSpan? From, TimeSpan? To, int PageSize)
    : ClientStep(At, Process, -1);

/// <summary>Moves pending schedules to another time, page by page.</summary>
/// <param name="By">How much later they are due; null: all at DueAt.</param>
public sealed record RescheduleManyStep(
    TimeSpan At, int Process, string? Bucket, TimeSpan? From, TimeSpan? To, TimeSpan? By, TimeSpan DueAt, int PageSize)
    : ClientStep(At, Process, -1);

public sealed record SweepStep(TimeSpan At, int Process) : ClientStep(At, Process, -1);

public sealed record KillStep(TimeSpan At, int Process) : PlanStep(At, Process);

/// <param name="Sleeps">Whether the monotonic clock stands still meanwhile.</param>
public sealed record FreezeStep(TimeSpan At, int Process, TimeSpan Length, bool Sleeps) : PlanStep(At, Process);

/// <summary>SIGTERM, and the end of the process some seconds later.</summary>
public sealed record StopStep(TimeSpan At, int Process) : PlanStep(At, Process);

public sealed record SetWallStep(TimeSpan At, int Process, TimeSpan By) : PlanStep(At, Process);

/// <summary>The store's clock is set.</summary>
public sealed record SetServerStep(TimeSpan At, TimeSpan By) : PlanStep(At, -1);

/// <summary>Copies to that bucket take so long.</summary>
public sealed record SlowBucketStep(TimeSpan At, string Bucket, TimeSpan Copy, TimeSpan Length) : PlanStep(At, -1);

/// <summary>The store refuses all deletes of schedules.</summary>
public sealed record RefusedDeletesStep(TimeSpan At, TimeSpan Length) : PlanStep(At, -1);

/// <param name="Code">What the bucket answers meanwhile.</param>
public sealed record OutageStep(TimeSpan At, string Bucket, string Code, TimeSpan Length) : PlanStep(At, -1);
