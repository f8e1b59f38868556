namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>Finds out whether a schedule that may have been copied before was, so that it is delivered once.</summary>
internal sealed class SecondLook(IObjectStore store, ScheduleFolder folder, SettledSchedules settled)
{
    public static ObjectAddress Target(PendingSchedule schedule) =>
        new(schedule.Key.Destination.Bucket, schedule.Key.Destination.Key);

    /// <summary>
    /// Unless the store has refused the delete, it may have taken place. A late upload may then have used the key
    /// again, with the same content, and must not be deleted with it.
    /// </summary>
    /// <param name="known">What became of the schedule that was listed.</param>
    /// <returns>Null: it is another schedule now, and is to be delivered.</returns>
    public async Task<Attempt?> OutcomeOfKnownAsync(
        PendingSchedule schedule, Attempt known, CancellationToken abandon)
    {
        if (await store.HeadAsync(folder.At(schedule), abandon) is not { } here) return DeliveryOutcome.Gone;
        // The first one was listed after its due time. If it is older than that, none that came later has its age.
        var listed = schedule.Listed;
        var isSame = settled.IsRefused(schedule) || listed.LastModified + ServerTime.Resolution < schedule.Key.DueAt;
        // HEAD rounds down to the second, and LIST may not.
        var isAsOld = ServerTime.WholeSeconds(here.LastModified) == ServerTime.WholeSeconds(listed.LastModified);
        if (isSame && isAsOld && here.ETag == listed.ETag) return known;
        if (known.Outcome == DeliveryOutcome.Delivered
            && await FindThereAsync(schedule, abandon) is { There: not null }) return known;
        // The delete of what was listed would not delete what is there now. A later look shows that.
        return here.ETag == listed.ETag ? null : DeliveryOutcome.Gone;
    }

    /// <summary>Compares the schedule-id, which COPY keeps: equal bytes may come from an earlier schedule.</summary>
    /// <returns>
    /// What is at the destination, if it is this schedule; and whether the schedule is gone. If it is, the answer to a
    /// copy would say so, too, but the copy could be a second delivery if this answer is wrong.
    /// </returns>
    public async Task<(ObjectInfo? There, bool IsGone)> FindThereAsync(
        PendingSchedule schedule, CancellationToken abandon)
    {
        try
        {
            var there = await store.HeadAsync(Target(schedule), abandon);
            if (ScheduleId.Of(there) is not { } id) return default;
            var here = await store.HeadAsync(folder.At(schedule), abandon);
            return (ScheduleId.Of(here) == id ? there : null, here is null);
        }
        catch (StoreException fault) when (!fault.IsTransient && !fault.IsServiceFault)
        {
            // Without the right to read the destination, S3 answers 403 whether the object exists or not.
            return default;
        }
    }
}
