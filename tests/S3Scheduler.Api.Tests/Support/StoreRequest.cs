namespace S3Scheduler.Api.Tests.Support;

public enum StoreOperation { Put, Head, Get, List, Copy, Delete }

/// <summary>One request to a <see cref="MemoryStore"/>.</summary>
/// <param name="Keys">One key. For a DELETE all keys, for a LIST the key after which it starts.</param>
/// <param name="Target">The destination of a COPY.</param>
public sealed record StoreRequest(
    StoreOperation Operation, string Bucket, IReadOnlyList<string> Keys, ObjectAddress? Target = null)
{
    public string Key => Keys[0];
}
