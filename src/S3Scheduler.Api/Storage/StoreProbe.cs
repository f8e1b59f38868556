namespace S3Scheduler.Api.Storage;

/// <summary>
/// Checks once that the store obeys <c>If-None-Match</c> on PUT. A server that ignores it reports success, and
/// schedules would overwrite each other. The marker object stays: if it exists already, one refused PUT is enough.
/// </summary>
/// <param name="trial">What is tried once besides.</param>
public sealed class StoreProbe(IObjectStore store, ObjectAddress marker, StoreTrial? trial = null)
{
    private volatile StoreTrial? _trial = trial;
    private volatile bool _passed;
    private volatile bool _isVersioned;

    /// <exception cref="StoreException">The store ignores the condition, or cannot be asked.</exception>
    public async Task EnsureAsync(CancellationToken cancellation)
    {
        if (_passed) return;
        var wasVersioned = _isVersioned;
        if (await PutMarkerAsync(cancellation) && await PutMarkerAsync(cancellation)) throw Ignored();

        if (_trial is { } trial) await trial.RunAsync(cancellation);
        _trial = null;
        // A probe that began before versioning was seen proves nothing for it.
        if (wasVersioned || !_isVersioned) _passed = true;
    }

    /// <summary>
    /// Call it after a conditional PUT. Some servers (Ceph 16) ignore the condition once versioning is switched on: as
    /// soon as an answer shows that, the probe is repeated, and refuses the store until it passes.
    /// </summary>
    /// <inheritdoc cref="EnsureAsync(CancellationToken)"/>
    public Task EnsureAsync(PutResult put, CancellationToken cancellation)
    {
        Notice(put);
        return EnsureAsync(cancellation);
    }

    private void Notice(PutResult put)
    {
        if (!put.Stored) return; // Its answer does not tell.
        if (put.IsVersioned && !_isVersioned) _passed = false;
        _isVersioned = put.IsVersioned;
    }

    private async Task<bool> PutMarkerAsync(CancellationToken cancellation)
    {
        var put = await store.PutAsync(
            marker, Stream.Null, new ObjectAttributes(), PutCondition.IfAbsent, cancellation);
        Notice(put);
        return put.Stored;
    }

    private StoreException Ignored() => new("ConditionIgnored",
        "The S3 server ignores If-None-Match on PUT, so schedules could overwrite each other. " + (_isVersioned
            ? $"The versioning of bucket '{marker.Bucket}' is switched on, and this server ignores it in such buckets: "
                + "suspend it, or use a bucket without it."
            : "Use a server that obeys it (AWS S3, Ceph, MinIO and R2 do)."), isTransient: false);
}
