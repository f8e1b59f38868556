namespace S3Scheduler.Api.Storage;

public enum PutCondition
{
    /// <summary>Overwrites.</summary>
    None,

    /// <summary><c>If-None-Match: *</c>: of any number of writers, one stores; the others learn that it exists.</summary>
    IfAbsent,
}
