namespace S3Scheduler.Api.Storage.Local;

/// <summary>
/// Changes the directory. Files are written and synced in parallel, and moved to their places one by one. Nothing is
/// answered before it is on disk.
/// </summary>
internal sealed class LocalWriter(LocalPaths paths, LocalDisk disk, TimeProvider time)
{
    private readonly LocalLock _lock = new(paths.Lock);
    private readonly LocalLeftovers _leftovers = new(paths, time);

    /// <returns>False: the object exists, and the condition does not allow that.</returns>
    public async Task<bool> TryPutAsync(
        ObjectAddress target, Stream content, ObjectAttributes attributes, PutCondition condition,
        CancellationToken cancellation)
    {
        if (attributes.AreLost) throw LocalFault.AttributesLost();
        var place = new LocalObject(paths, target);
        using var temporary = await LocalFault.TranslateAsync(() => Task.Run(CreateTemporary, cancellation));
        var etag = await temporary.FillAsync(content, cancellation);
        return await LocalFault.TranslateAsync(() => Task.Run(async () =>
        {
            temporary.Complete();
            using var sidecar = CreateTemporary();
            var next = new NewVersion(temporary, sidecar, etag, attributes);
            if (!await place.TryPrepareAsync(next, condition, cancellation)) return false;
            using (await _lock.TakeAsync(cancellation))
                if (!await place.TryStoreAsync(next, condition, cancellation)) return false;
            await disk.SyncAsync(place.Folders);
            return true;
        }, cancellation));
    }

    /// <returns>The keys that were not deleted, each with its error code.</returns>
    public async Task<IReadOnlyDictionary<string, string>> DeleteAsync(
        string bucket, IReadOnlyCollection<DeleteTarget> targets, CancellationToken cancellation)
    {
        var failed = new Dictionary<string, string>();
        var emptied = new Dictionary<string, LocalObject>();
        foreach (var target in targets)
        {
            // The lock is taken for each key, because a thousand deletions take seconds on some disks.
            using var held = await _lock.TakeAsync(cancellation);
            try
            {
                var place = new LocalObject(paths, new ObjectAddress(bucket, target.Key));
                if (!place.TryDelete(target.ETag)) failed[target.Key] = "PreconditionFailed";
                emptied[place.Folder] = place;
            }
            catch (Exception e) when ((e as StoreException ?? LocalFault.Of(e)) is { } fault)
            {
                failed[target.Key] = fault.Code;
            }
        }

        foreach (var place in emptied.Values)
        {
            using var held = await _lock.TakeAsync(cancellation);
            place.Prune(disk);
        }

        await disk.SyncAsync(emptied.Keys);
        return failed;
    }

    private LocalTemporary CreateTemporary()
    {
        _leftovers.RemoveSome();
        return new LocalTemporary(paths, disk, time);
    }
}

/// <summary>What becomes the object: a file with its content, and one for its sidecar.</summary>
internal sealed record NewVersion(
    LocalTemporary Content, LocalTemporary Sidecar, string ETag, ObjectAttributes Attributes);
