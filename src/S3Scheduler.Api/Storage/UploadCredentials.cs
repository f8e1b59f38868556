namespace S3Scheduler.Api.Storage;

/// <summary>
/// Credentials that sign only the URLs of uploads: either the keys of a user or a role. They should have one right, to
/// PUT into the scheduler's folder. Without them, URLs are signed with the service's own credentials.
/// </summary>
public sealed class UploadCredentials
{
    public string? AccessKeyId { get; set; }

    public string? SecretAccessKey { get; set; }

    /// <summary>A role that the service assumes with its own credentials.</summary>
    public string? RoleArn { get; set; }
}
