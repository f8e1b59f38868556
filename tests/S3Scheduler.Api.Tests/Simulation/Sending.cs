namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>A request under way.</summary>
/// <param name="HeldLease">Whether the newest lease was the caller's own when it was sent.</param>
public sealed record Sending(StoreRequest Request, ServiceCall Call, SimulatedProcess Process, TimeSpan Sent, Fate Fate, bool HeldLease)
{
    /// <summary>The server's clock when it took the request in, which answers and objects may bear.</summary>
    public DateTimeOffset ServerTime { get; set; }
}
