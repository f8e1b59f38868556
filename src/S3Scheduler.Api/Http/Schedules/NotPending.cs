using Microsoft.AspNetCore.Http.HttpResults;
using S3Scheduler.Api.Http.Problems;
using S3Scheduler.Api.Scheduling;

namespace S3Scheduler.Api.Http.Schedules;

/// <summary>What to answer where a pending or failed schedule is needed, and there is none.</summary>
public static class NotPending
{
    /// <param name="undone">What the client asked for, such as "cancelled".</param>
    /// <returns>A 409 if it was delivered, else a 404.</returns>
    public static async Task<ProblemHttpResult> WhyNotPendingAsync(
        this DeliveredSchedules delivered, ScheduleKey key, string undone, CancellationToken cancellation) =>
        await delivered.ProofOfAsync(key, cancellation) is { } proof
            ? Problem.Delivered(key, proof.DeliveredAt, undone)
            : Problem.NotFound(key.ToString());

    /// <returns>A 404.</returns>
    public static async Task<ProblemHttpResult> WhyNoContentAsync(
        this DeliveredSchedules delivered, ScheduleKey key, CancellationToken cancellation) =>
        await delivered.ProofOfAsync(key, cancellation) is { } proof
            ? Problem.ContentDelivered(key, proof.DeliveredAt)
            : Problem.NotFound(key.ToString());

    // The receipt has the form of the key that the schedule was stored under.
    private static async Task<Proof?> ProofOfAsync(
        this DeliveredSchedules delivered, ScheduleKey key, CancellationToken cancellation)
    {
        var found = await delivered.FindAsync(key, cancellation);
        if (found is null && key.OtherForm is { } other) found = await delivered.FindAsync(other, cancellation);
        return found?.Proof;
    }
}
