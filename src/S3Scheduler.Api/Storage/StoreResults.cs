namespace S3Scheduler.Api.Storage;

/// <param name="Stored">False: the object exists already, and nothing was written.</param>
/// <param name="IsVersioned">Whether the answer shows that the bucket keeps versions of its objects.</param>
public readonly record struct PutResult(bool Stored, ServerTime Time, bool IsVersioned = false);

public enum PutCondition
{
    /// <summary>Overwrites.</summary>
    None,

    /// <summary><c>If-None-Match: *</c>: only one of several writers stores the object.</summary>
    IfAbsent,
}

/// <param name="ETag">Only this version is deleted, if the server supports that. Null: any version.</param>
public readonly record struct DeleteTarget(string Key, string? ETag = null);

/// <param name="Failed">The keys whose deletion was not acknowledged, each with the server's error code.</param>
/// <param name="Time">The answer's; of more than one answer, the latest.</param>
public sealed record DeleteResult(IReadOnlyDictionary<string, string> Failed, ServerTime Time)
{
    /// <exception cref="StoreException">A deletion was not acknowledged.</exception>
    public void ThrowIfFailed()
    {
        foreach (var (key, code) in Failed)
        {
            throw new StoreException(
                code, $"The store did not delete {key}: {code}.", StoreException.IsTransientCode(code));
        }
    }
}

public enum CopyOutcome
{
    Copied,

    /// <summary>The source object does not exist.</summary>
    SourceMissing,

    /// <summary>The copy was aborted before it was committed.</summary>
    GivenUp,
}
