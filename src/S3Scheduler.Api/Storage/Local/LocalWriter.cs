namespace S3Scheduler.Api.Storage.Local;

/// <summary>Changes the directory. Contents are written in parallel, and moved to their places one by one.</summary>
internal sealed class LocalWriter(LocalPaths paths, TimeProvider time)
{
    // Longer than any upload pauses.
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);

    private readonly LocalLock _lock = new(paths.Lock);
    private int _hasRemovedLeftovers;

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
            using var held = await _lock.TakeAsync(cancellation);
            return await place.TryStoreAsync(temporary, sidecar, etag, attributes, condition, cancellation);
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
            place.Prune();
        }

        return failed;
    }

    private LocalTemporary CreateTemporary()
    {
        if (Interlocked.Exchange(ref _hasRemovedLeftovers, 1) == 0) RemoveLeftovers();
        return new LocalTemporary(paths, time);
    }

    // Temporary files of processes that died do no harm, but fill the disk.
    private void RemoveLeftovers()
    {
        if (!FileKind.IsFolder(paths.Temporary)) return;
        var old = time.GetUtcNow().UtcDateTime - LeftoverAge;
        foreach (var file in Directory.EnumerateFiles(paths.Temporary))
            if (File.GetLastWriteTimeUtc(file) < old) File.Delete(file);
    }
}
