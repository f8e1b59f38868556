namespace S3Scheduler.Api.Storage;

/// <summary>
/// Checks once that the store obeys <c>If-None-Match</c> on PUT. A server that ignores it reports success, and
/// schedules would overwrite each other. The marker object stays: if it exists already, one refused PUT is enough.
/// </summary>
public sealed class StoreProbe(IObjectStore store, ObjectAddress marker)
{
    private volatile bool _passed;

    /// <exception cref="StoreException">The store ignores the condition, or cannot be asked.</exception>
    public async Task EnsureAsync(CancellationToken cancellation)
    {
        if (_passed) return;
        if (await PutMarkerAsync(cancellation) && await PutMarkerAsync(cancellation))
        {
            throw new StoreException("ConditionIgnored",
                "The S3 server ignores If-None-Match on PUT, so schedules could overwrite each other. " +
                "Use a server that obeys it (AWS S3, Ceph, MinIO and R2 do).", isTransient: false);
        }

        _passed = true;
    }

    private async Task<bool> PutMarkerAsync(CancellationToken cancellation) => (await store.PutAsync(
        marker, Stream.Null, new ObjectAttributes(), PutCondition.IfAbsent, cancellation)).Stored;
}
