namespace S3Scheduler.Api.Tests.Simulation.Invariants;

/// <summary>What was answered "already due" is left alone: delivered, failed or pending, which nothing lost sees to.</summary>
public static class ConflictChangesNothing
{
    public static IEnumerable<string> Violations(Stories stories) =>
        from e in stories.Events
        where e.Took && e.Call is { Kind: CallKind.Cancel, Answer: nameof(CancelOutcome.AlreadyDue) }
            && e.Operation is StoreOperation.Delete or StoreOperation.Copy
        select $"#{e.Call.Number} was answered {e.Call.Answer}, and changed {e.Key} at {e.At.TotalSeconds:F3}";
}
