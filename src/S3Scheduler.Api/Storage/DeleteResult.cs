namespace S3Scheduler.Api.Storage;

/// <param name="ETag">Null: whatever is there.</param>
public readonly record struct DeleteTarget(string Key, string? ETag = null);

/// <param name="Failed">The keys whose deletion was not acknowledged, each with the server's error code.</param>
public sealed record DeleteResult(IReadOnlyDictionary<string, string> Failed, ServerTime Time)
{
    /// <exception cref="StoreException">A deletion was not acknowledged.</exception>
    public void ThrowIfFailed()
    {
        foreach (var (key, code) in Failed)
            throw new StoreException(code, $"The store did not delete {key}: {code}.", StoreException.IsPassingCode(code));
    }
}
