namespace S3Scheduler.Api.Tests.Support;

public enum StoreOperation { Put, Head, Get, List, Copy, Delete }

/// <summary>One request to a <see cref="MemoryStore"/>.</summary>
/// <param name="Keys">One; of a DELETE, all; of a LIST, what it starts after.</param>
/// <param name="Target">Of a COPY.</param>
public sealed record StoreRequest(
    StoreOperation Operation, string Bucket, IReadOnlyList<string> Keys, ObjectAddress? Target = null)
{
    public string Key => Keys[0];
}
