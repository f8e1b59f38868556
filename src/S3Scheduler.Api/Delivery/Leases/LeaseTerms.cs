namespace S3Scheduler.Api.Delivery.Leases;

/// <summary>What all leases of a process have in common.</summary>
public sealed class LeaseTerms(SchedulerOptions options, TimeProvider time, Random random)
{
    private readonly string _owner = random.NextName();

    public TimeSpan Duration => options.LeaseDuration;

    public TimeProvider Time => time;

    public LeaseRecord Record(long number, LeaseState state, IReadOnlyList<string>? unresolved) =>
        new(number, state, _owner, random.NextName(), Duration, unresolved);
}
