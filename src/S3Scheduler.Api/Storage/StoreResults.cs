using S3Scheduler.Api.Storage.Time;

namespace S3Scheduler.Api.Storage;

/// <param name="Stored">False: the condition did not hold, nothing was written.</param>
public readonly record struct PutResult(bool Stored, ServerTime Time);

public enum PutCondition
{
    /// <summary>Overwrites.</summary>
    None,

    /// <summary><c>If-None-Match: *</c>: of any number of writers, one stores; the others learn that it exists.</summary>
    IfAbsent,
}

/// <param name="ETag">Null: whatever is there.</param>
public readonly record struct DeleteTarget(string Key, string? ETag = null);

/// <param name="Failed">The keys whose deletion was not acknowledged, each with the server's error code.</param>
public sealed record DeleteResult(IReadOnlyDictionary<string, string> Failed, ServerTime Time)
{
    /// <exception cref="StoreException">A deletion was not acknowledged.</exception>
    public void ThrowIfFailed()
    {
        foreach (var (key, code) in Failed)
            throw new StoreException(code, $"The store did not delete {key}: {code}.", StoreException.IsTransientCode(code));
    }
}

public enum CopyOutcome
{
    Copied,

    /// <summary>There is no such source object any more.</summary>
    SourceMissing,

    /// <summary>It was not to be ended any more.</summary>
    GivenUp,
}
