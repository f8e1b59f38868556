namespace S3Scheduler.Api.Http.Problems;

/// <summary>A request that is refused as a whole, for more than a field of it.</summary>
/// <param name="status">The HTTP status, 4xx.</param>
/// <param name="message">What was wrong and what to do, for the client.</param>
public sealed class RequestException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}
