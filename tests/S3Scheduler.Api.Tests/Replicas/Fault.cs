namespace S3Scheduler.Api.Tests.Replicas;

internal enum NetworkFault
{
    None,
    Dropped, // the connection breaks before the server receives the request
    Delayed, // the request reaches the server late, or never
    Unanswered, // the connection breaks after the server has carried out the request
    Cut, // the connection breaks in the middle of the response
    Stalled, // the response stops after its first bytes, and goes on late or never
    Refused, // the proxy answers with an error, and the server does not receive the request
    Misdated, // the response has another Date
}

/// <summary>What the proxy does to one request.</summary>
internal sealed record Fault(NetworkFault Kind)
{
    public static Fault Dropped { get; } = new(NetworkFault.Dropped);
    public static Fault Unanswered { get; } = new(NetworkFault.Unanswered);
    public static Fault Cut { get; } = new(NetworkFault.Cut);

    /// <summary>The server never receives the request, and the connection stays open.</summary>
    public static Fault Hanging { get; } = Delayed(Timeout.InfiniteTimeSpan);

    /// <summary>How long a delay or a stall lasts; infinite: until the client hangs up.</summary>
    public TimeSpan Pause { get; private init; }

    /// <summary>The status and S3 error code of a refusal.</summary>
    public (int Status, string Code) Error { get; private init; }

    /// <summary>Where a refusal says that the bucket is.</summary>
    public (string? Header, string? Body) Region { get; private init; }

    /// <summary>Makes the false Date from the right one.</summary>
    public Func<DateTimeOffset, DateTimeOffset> Date { get; init; } = right => right;

    public static Fault Delayed(TimeSpan pause) => new(NetworkFault.Delayed) { Pause = pause };

    public static Fault Stalled(TimeSpan pause) => new(NetworkFault.Stalled) { Pause = pause };

    public static Fault Refused(int status, string code) => new(NetworkFault.Refused) { Error = (status, code) };

    /// <summary>A refusal that says in which region the bucket is: in a header, in the body, or in both.</summary>
    public static Fault Elsewhere(int status, string code, string? header, string? body) =>
        Refused(status, code) with { Region = (header, body) };

    public static Fault Misdated(Func<DateTimeOffset, DateTimeOffset> date) =>
        new(NetworkFault.Misdated) { Date = date };
}

/// <summary>Rules that choose the fault of a request; null: it is forwarded unharmed.</summary>
internal static class FaultRules
{
    /// <summary>This fault happens to these requests.</summary>
    public static Func<S3Request, Fault?> To(this Fault fault, Func<S3Request, bool> which) =>
        request => which(request) ? fault : null;

    /// <summary>The rule applies only to the first requests that it matches.</summary>
    public static Func<S3Request, Fault?> Once(this Func<S3Request, Fault?> rule, int times = 1)
    {
        var left = times;
        return request => rule(request) is { } fault && Interlocked.Decrement(ref left) >= 0 ? fault : null;
    }

    /// <summary>The other rule applies where this one does not.</summary>
    public static Func<S3Request, Fault?> Or(this Func<S3Request, Fault?> rule, Func<S3Request, Fault?> other) =>
        request => rule(request) ?? other(request);
}
