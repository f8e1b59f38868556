namespace S3Scheduler.Api.Scheduling;

/// <summary>
/// Lets one caller at a time give a schedule another key, however many want to retry or reschedule it at the same
/// moment: else each of them would store one more.
/// </summary>
public sealed class Claims(IObjectStore store, ScheduleFolder folder, FailedSchedules failed, TimeProvider time)
{
    private const int LeftoversAtOnce = 1000;

    // Longer than any holder lives without a renewal. A killed process leaves its claim.
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);

    /// <param name="source">Where the schedule's content is.</param>
    /// <param name="read">What the caller has found there.</param>
    public Claim On(ScheduleKey key, ObjectAddress source, ObjectInfo read) =>
        new(store, folder, failed, time, key, source, read);

    /// <summary>Most claims of killed processes are taken over. Those whose schedule is gone would stay.</summary>
    public async Task RemoveLeftoversAsync(CancellationToken cancellation)
    {
        var page = await store.ListAsync(folder.Bucket, folder.ClaimsPrefix, "", LeftoversAtOnce, cancellation);
        // While a later claim on the same schedule is alive, its number must stay the next one.
        var old = folder.ReadClaims(page).GroupBy(ScheduleFolder.ClaimsLike)
            .Where(same => store.Clock.Earliest - same.Max(c => c.Listed.LastModified) > LeftoverAge)
            .SelectMany(same => same).Select(c => new DeleteTarget(c.Listed.Key, c.Listed.ETag)).ToList();
        if (old.Count > 0) await store.DeleteAsync(folder.Bucket, old, cancellation);
    }
}
