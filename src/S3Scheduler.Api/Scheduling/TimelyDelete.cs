namespace S3Scheduler.Api.Scheduling;

/// <summary>
/// Deletes pending schedules, and says which of them are cancelled: those of which no copy can have come before.
/// </summary>
public sealed class TimelyDelete(IObjectStore store, ScheduleFolder folder)
{
    /// <summary>How long before its due time a schedule can no longer be cancelled.</summary>
    public static readonly TimeSpan CancelMargin = TimeSpan.FromSeconds(2);

    /// <summary>How long before the due time a delete must have ended to be sure that no copy came before it.</summary>
    private static readonly TimeSpan CopyMargin = TimeSpan.FromSeconds(1);

    private const string AnotherVersion = "PreconditionFailed";

    /// <summary>Call it right before the delete.</summary>
    public bool IsTooLate(ScheduleKey key) => key.DueAt - store.Clock.Latest < CancelMargin;

    /// <summary>
    /// Deletes up to 1,000 in one request. Without a response, the delete may still take place. Only its response
    /// proves that no copy came before it.
    /// </summary>
    /// <param name="etag">Of the object; null: any.</param>
    /// <returns>Of each, whether it is proved.</returns>
    /// <exception cref="StoreException">The store refuses for good to delete any of them.</exception>
    public async Task<IReadOnlyList<bool>> TryDeleteAsync(
        IReadOnlyList<ScheduleKey> keys, string? etag, CancellationToken cancellation)
    {
        try
        {
            var targets = keys.Select(key => new DeleteTarget(folder.Pending(key).Key, etag)).ToList();
            var deleted = await store.DeleteAsync(folder.Bucket, targets, cancellation);
            var isRefused = deleted.Failed.Count == keys.Count && !deleted.Failed.Values.Contains(AnotherVersion);
            if (isRefused) deleted.ThrowIfFailed();
            // While the store's answers disagree about its time, one of them proves nothing.
            var isInDoubt = store.Clock.IsInDoubt;
            return [.. keys.Zip(targets, (key, target) => deleted.Failed.GetValueOrDefault(target.Key) switch
            {
                AnotherVersion => true, // another schedule has its key now
                null => !isInDoubt && key.DueAt - deleted.Time.Latest >= CopyMargin,
                _ => false,
            })];
        }
        catch (StoreException e) when (e.IsTransient)
        {
            return [.. keys.Select(_ => false)];
        }
    }
}
