namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>
/// What a seed stands for: the machines, what clients do, what goes wrong by the clock, and how often requests go wrong.
/// A shrunk plan is the same with steps and mishaps left out.
/// </summary>
public sealed record Plan
{
    public required ulong Seed { get; init; }
    public required DateTimeOffset Start { get; init; }
    public required int Processes { get; init; }
    public required SchedulerOptions Options { get; init; }

    /// <summary>How long a client of the store waits for an answer.</summary>
    public required TimeSpan Patience { get; init; }

    /// <summary>The most keys that the server puts on a page: S3 may give fewer than were asked for.</summary>
    public required int PageLimit { get; init; }

    /// <summary>Whether the server keeps the condition of a DELETE, as AWS does.</summary>
    public required bool KeepsDeleteCondition { get; init; }

    /// <summary>How often a request meets each mishap; none: a quiet run.</summary>
    public required IReadOnlyDictionary<Mishap, double> Mishaps { get; init; }

    public required IReadOnlyList<PlanStep> Steps { get; init; }

    /// <summary>
    /// Whether machines may fall asleep, the monotonic clock standing still. Then no wall clock is set back: that would
    /// leave nothing to tell by how long it was.
    /// </summary>
    public required bool MachinesSleep { get; init; }

    /// <summary>The worker's longest pause between sweeps.</summary>
    public required TimeSpan SweepInterval { get; init; }

    /// <summary>When all faults end; everything must come to rest after that.</summary>
    public required TimeSpan Healed { get; init; }

    /// <summary>Requests that shrinking has spared their mishap.</summary>
    public IReadOnlySet<ulong> Spared { get; init; } = new HashSet<ulong>();

    /// <summary>Nothing goes wrong and nothing is slow.</summary>
    public bool IsQuiet => Mishaps.Count == 0 && Steps.All(s => s is ClientStep);

    public string Describe() =>
        $"{Processes} processes, lease {Options.LeaseDuration}, patience {Patience}, {PageLimit} keys a page, concurrency {Options.Concurrency}, " +
        $"retry window {Options.RetryWindow}, DELETE conditions {KeepsDeleteCondition}, mishaps {string.Join(" ", Mishaps)}";
}

public abstract record PlanStep(TimeSpan At, int Process);

/// <param name="Number">Of the schedule it is about, in the order of creation.</param>
public abstract record ClientStep(TimeSpan At, int Process, int Number) : PlanStep(At, Process);

public sealed record CreateStep(TimeSpan At, int Process, int Number, TimeSpan DueAt, Destination Destination, string Content)
    : ClientStep(At, Process, Number);

/// <summary>A producer that still uses the Python library.</summary>
public sealed record PythonStep(TimeSpan At, int Process, int Number, TimeSpan DueAt, TimeSpan Offset, Destination Destination)
    : ClientStep(At, Process, Number);

public sealed record CancelStep(TimeSpan At, int Process, int Number) : ClientStep(At, Process, Number);

public sealed record RescheduleStep(TimeSpan At, int Process, int Number, TimeSpan DueAt) : ClientStep(At, Process, Number);

public sealed record RetryStep(TimeSpan At, int Process, int Number) : ClientStep(At, Process, Number);

public sealed record RetryAllStep(TimeSpan At, int Process) : ClientStep(At, Process, -1);

public sealed record SweepStep(TimeSpan At, int Process) : ClientStep(At, Process, -1);

public sealed record KillStep(TimeSpan At, int Process) : PlanStep(At, Process);

/// <param name="Sleeps">The monotonic clock stands still meanwhile.</param>
public sealed record FreezeStep(TimeSpan At, int Process, TimeSpan Length, bool Sleeps) : PlanStep(At, Process);

/// <summary>SIGTERM, and the end some seconds later.</summary>
public sealed record StopStep(TimeSpan At, int Process) : PlanStep(At, Process);

public sealed record SetWallStep(TimeSpan At, int Process, TimeSpan By) : PlanStep(At, Process);

/// <param name="Code">What the bucket answers meanwhile.</param>
public sealed record OutageStep(TimeSpan At, string Bucket, string Code, TimeSpan Length) : PlanStep(At, -1);
