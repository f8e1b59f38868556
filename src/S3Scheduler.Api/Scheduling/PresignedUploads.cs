using S3Scheduler.Api.Delivery;

namespace S3Scheduler.Api.Scheduling;

/// <summary>
/// Lets clients upload content straight to the store, under the key of its schedule. The schedule exists as soon as
/// the content is there, and no byte passes through this process.
/// </summary>
public sealed class PresignedUploads(
    IObjectStore store, ScheduleFolder folder, StoreProbe probe, SweepAlarm alarm, Random random)
{
    /// <summary>How long at most a client may wait before it uploads.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>The shortest time that a client needs to get the response and start the upload.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);

    // It stays the same while the process runs. Each page of the console asks for it.
    private Uri? _address;

    /// <summary>
    /// Prepares an upload, and stores nothing. The upload must start before the due time, so that no key is used again
    /// after its due time.
    /// </summary>
    /// <exception cref="InvalidScheduleException">It can't be kept in this folder, or is due too soon.</exception>
    public async Task<UploadResult> PrepareAsync(NewUpload upload, CancellationToken cancellation)
    {
        if (store is not IPresignedUrls puts) return new(UploadOutcome.NotSupported);
        await probe.EnsureAsync(cancellation);
        await store.EnsureClockAsync(folder.Marker, cancellation);
        var now = store.Clock.Latest;
        var dueAt = upload.Due.From(now);
        var key = folder.NewKey(dueAt, upload.Destination);
        var expiresAt = ServerTime.WholeSeconds(dueAt - now < Longest ? dueAt : now + Longest);
        if (expiresAt - now < Shortest) throw TooSoon(upload.Due);

        var trial = await puts.TryAsync(folder.Marker, random, cancellation);
        if (!trial.IsPassed) return new(UploadOutcome.Off) { Trial = trial };

        foreach (var taken in new[] { key, key.OtherForm }.OfType<ScheduleKey>())
            if (await store.HeadAsync(folder.Pending(taken), cancellation) is not null)
                return new(UploadOutcome.Exists, taken);

        var attributes = OwnMetadata.AddTo(upload.Attributes, random.NextName(), upload.By, upload.TraceParent);
        var put = await puts.PresignAsync(folder.Pending(key), attributes, upload.Content, expiresAt, cancellation);
        alarm.Expect(key.DueAt, from: expiresAt);
        return new(UploadOutcome.Prepared, key, new Upload(put, expiresAt));
    }

    /// <summary>The server that clients upload to; null: they can't. What it lets through is not tried here.</summary>
    public async Task<Uri?> AddressAsync(CancellationToken cancellation)
    {
        if (_address is not null || store is not IPresignedUrls puts) return _address;
        try
        {
            var put = await puts.PresignAsync(
                folder.Marker, new(), new(null, null), store.Clock.Latest, cancellation);
            return _address = new Uri(put.Url);
        }
        catch (StoreException)
        {
            return null;
        }
    }

    private static InvalidScheduleException TooSoon(Due due) => new(
        due.At is null ? "delay" : "dueAt",
        "There is too little time to upload the content: choose a due time at least 10 seconds ahead. " +
        "POST /schedules takes content that is due sooner or already.");
}
