namespace S3Scheduler.Api.Layout;

public sealed partial class ScheduleFolder
{
    private const string ForgesSchedule = "A destination is not the name of an object in the folder of a scheduler: "
        + "another service would take what is delivered there for its own. Send it to that service instead.";

    /// <summary>
    /// Says why this service may not deliver there; null if it may. It is asked when a client wants a delivery, and
    /// again before the copy: anyone who can write to the folder can make a schedule.
    /// </summary>
    public DestinationFault? FaultOf(Destination destination)
    {
        if (IsInside(destination))
            return new("key", $"A destination is not inside the scheduler's own folder, '{Prefix}' of bucket "
                + $"'{Bucket}'.");

        // Other services can have their folders in this bucket, and a delivery could forge their schedules. An alias
        // can be another name for this bucket.
        var (isOwnBucket, isAlias) = (IsOwnBucket(destination), Destination.IsAlias(destination.Bucket));
        if (isOwnBucket || isAlias ? _destinations.Names(destination) : _destinations.Allows(destination))
            return OthersFolder.Has(destination) ? new("key", ForgesSchedule) : null;
        if (_destinations.NamesPartOf(destination.Bucket)) return new("key", NotAllowed);
        if (isOwnBucket)
            return new("bucket",
                $"The scheduler's own bucket, '{Bucket}', is a destination only if Scheduler:Destinations names it.");
        return new("bucket", isAlias
            ? "An alias can be another name for the scheduler's own bucket, so it is a destination only if "
                + "Scheduler:Destinations names it."
            : NotAllowed);
    }

    private string NotAllowed =>
        $"This service delivers only to {_destinations}. Its operator can add others to Scheduler:Destinations.";

    // Case is ignored, because some file systems ignore it.
    private bool IsOwnBucket(Destination destination) =>
        destination.Bucket.Equals(Bucket, StringComparison.OrdinalIgnoreCase);

    // Leading slashes are ignored, because MinIO drops all of them.
    private bool IsInside(Destination destination) => IsOwnBucket(destination)
        && destination.Key.TrimStart('/').StartsWith(Prefix.TrimStart('/'), StringComparison.Ordinal);
}
