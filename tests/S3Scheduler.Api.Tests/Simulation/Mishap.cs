namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>What a request may meet.</summary>
public enum Mishap
{
    None,

    /// <summary>A second or so on the way.</summary>
    Slow,

    /// <summary>Long on the way to the server; perhaps longer than the client waits.</summary>
    LateRequest,

    /// <summary>Executed soon, answered late.</summary>
    LateAnswer,

    LostRequest,

    LostAnswer,

    /// <summary>503, nothing done.</summary>
    Refused,

    /// <summary>Of a batch, some keys are not deleted, or are and are not acknowledged.</summary>
    PartialDelete,

    Kill,

    Freeze,
}
