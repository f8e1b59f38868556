namespace S3Scheduler.Api.Tests.Lies;

/// <summary>A schedule that a client has posted, and what the client knows of it.</summary>
internal sealed record Posted(int Number, string Bucket)
{
    public string DestinationKey => $"n{Number}";

    public string Content => $"content {Number}";

    /// <summary>The key of the schedule; null: the service has not said that it is there.</summary>
    public string? Key { get; set; }

    public DateTimeOffset DueAt { get; set; }

    /// <summary>Whether the service has said that it is cancelled.</summary>
    public bool IsCancelled { get; set; }

    /// <summary>A call about it was not answered clearly, so it may be there twice, or not at all.</summary>
    public bool IsUncertain { get; set; }

    /// <summary>An unclear answer to a call that deletes it.</summary>
    public bool MayBeCancelled { get; set; }

    /// <summary>One call at a time is made about it.</summary>
    public bool IsBusy { get; set; }
}

/// <summary>One look at the readiness.</summary>
internal sealed record Readiness(DateTimeOffset At, bool IsReady);
