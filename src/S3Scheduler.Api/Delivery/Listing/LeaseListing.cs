namespace S3Scheduler.Api.Delivery.Listing;

public static class LeaseListing
{
    /// <summary>
    /// Lists from the newest lease on. One request, or two where other objects come before it: by accident, or because
    /// somebody has put them there.
    /// </summary>
    /// <param name="prefix">That of the folder or of the leases.</param>
    /// <param name="limit">The most keys, if nothing comes before the newest lease.</param>
    /// <exception cref="StoreException">So many come before it that one LIST does not show it.</exception>
    public static async Task<ObjectPage> ListLeasesAsync(
        this IObjectStore store, ScheduleFolder folder, string prefix, int limit, CancellationToken cancellation)
    {
        var page = await store.ListAsync(folder.Bucket, prefix, folder.BeforeLeases, limit, cancellation);
        // It begins again and does not go on: one LIST shows one moment, and between two a newer lease could be missed.
        if (folder.HidesLeases(page) && limit < SweepPage.Size)
            page = await store.ListAsync(folder.Bucket, prefix, folder.BeforeLeases, SweepPage.Size, cancellation);
        if (!folder.HidesLeases(page)) return page;
        throw new StoreException(
            "LeasesHidden",
            $"{page.Objects.Count} objects under '{folder.LeasePrefix}' in bucket '{folder.Bucket}' are not leases of "
            + "the service, and hide those that are. Nothing is delivered until they are deleted.", isTransient: true);
    }
}
