namespace S3Scheduler.Api.Storage.Local;

/// <summary>All that changes the directory. Contents are written side by side, and take their places in turn.</summary>
internal sealed class LocalWriter(LocalPaths paths, TimeProvider time)
{
    private readonly LocalLock _lock = new(paths.Lock);
    private readonly LocalLeftovers _leftovers = new(paths.Temporary, time);

    /// <summary>False: the condition did not hold.</summary>
    public async Task<bool> TryPutAsync(
        ObjectAddress target, Stream content, ObjectAttributes attributes, PutCondition condition,
        CancellationToken cancellation)
    {
        var place = new LocalObject(paths, target);
        using var temporary = await LocalFault.TranslateAsync(() => Task.Run(CreateTemporary, cancellation));
        var etag = await temporary.FillAsync(content, cancellation);
        return await LocalFault.TranslateAsync(() => Task.Run(
            async () =>
            {
                temporary.Complete();
                using var sidecar = CreateTemporary();
                using var held = await _lock.TakeAsync(cancellation);
                return await place.TryStoreAsync(temporary, sidecar, etag, attributes, condition, cancellation);
            },
            cancellation));
    }

    /// <returns>What was not deleted, with the reason.</returns>
    public async Task<IReadOnlyDictionary<string, string>> DeleteAsync(
        string bucket, IReadOnlyCollection<DeleteTarget> targets, CancellationToken cancellation)
    {
        var failed = new Dictionary<string, string>();
        var emptied = new Dictionary<string, LocalObject>();
        foreach (var target in targets)
        {
            // Not for all of them at once: a thousand take seconds on some disks, and others have to write.
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
            place.Prune();
        }

        return failed;
    }

    private LocalTemporary CreateTemporary()
    {
        _leftovers.RemoveOnce();
        return new LocalTemporary(paths, time);
    }
}
