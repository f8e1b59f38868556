namespace S3Scheduler.Api.Storage;

/// <summary>
/// The URLs of uploads. Other credentials can sign them, either the keys of a user or a role. They should have one
/// right, to PUT into the scheduler's folder. Without them, the service's own credentials sign.
/// </summary>
public sealed class UploadSettings
{
    public string? AccessKeyId { get; set; }

    public string? SecretAccessKey { get; set; }

    /// <summary>A role that the service assumes with its own credentials.</summary>
    public string? RoleArn { get; set; }

    /// <summary>
    /// Where clients reach the S3 server, such as <c>http://localhost:9000</c>; null: where the service does. The
    /// signature holds for one host name, so a client can't choose another.
    /// </summary>
    public string? Url { get; set; }
}
