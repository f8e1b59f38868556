namespace S3Scheduler.Api.Storage;

public enum CopyOutcome
{
    Copied,

    /// <summary>There is no such source object any more.</summary>
    SourceMissing,

    /// <summary>It was not to be ended any more.</summary>
    GivenUp,
}
