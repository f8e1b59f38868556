using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.S3;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>Credentials whose absence is a clear fault of the store. The SDK calls both methods.</summary>
internal sealed class S3Credentials(AWSCredentials source) : AWSCredentials
{
    /// <summary>What signs presigned PUTs; null: the service's own credentials.</summary>
    /// <param name="service">They assume the role.</param>
    public static AWSCredentials? ForUploads(
        AWSCredentials service, UploadSettings? uploads, ObjectAddress? folder)
    {
        if (uploads?.AccessKeyId is { } id) return new BasicAWSCredentials(id, uploads.SecretAccessKey);
        if (uploads?.RoleArn is not { } role) return null;
        var policy = PutInto(folder!.Value, Partition(role));
        return new S3Credentials(
            new AssumeRoleAWSCredentials(service, role, "s3-scheduler-uploads", new() { Policy = policy }));
    }

    // The session has no other right, whatever the role has. A bucket with a KMS key needs the second one for a PUT.
    private static string PutInto(ObjectAddress folder, string partition) => JsonSerializer.Serialize(new
    {
        Version = "2012-10-17",
        Statement = new object[]
        {
            Allow("s3:PutObject", $"arn:{partition}:s3:::{folder.Bucket}/{folder.Key}*"),
            Allow("kms:GenerateDataKey", "*"),
        },
    });

    private static object Allow(string action, string on) => new { Effect = "Allow", Action = action, Resource = on };

    // Such as aws, or aws-cn for the regions in China.
    private static string Partition(string arn) => arn.Split(':')[1];

    public override ImmutableCredentials GetCredentials() => GetCredentialsAsync().GetAwaiter().GetResult();

    // It is cheap: the source keeps what it has found.
    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        try
        {
            return await source.GetCredentialsAsync();
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw new StoreException(StoreException.CredentialsNotFound,
                "No AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS:Profile, or run where a "
                + $"role gives them. {fault.Message}", isTransient: false, fault);
        }
    }
}

/// <summary>
/// The SDK's own chain (environment, web identity, profile, container, instance), asked each time: it keeps what it has
/// found, and looks again after a file of credentials has changed.
/// </summary>
internal sealed class ChainCredentials(string? profile, string? profilesLocation) : AWSCredentials
{
    private readonly AmazonS3Config _config =
        new() { Profile = profile is null ? null : new(profile, profilesLocation) };

    public override ImmutableCredentials GetCredentials() => GetCredentialsAsync().GetAwaiter().GetResult();

    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        var found = await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync(_config);
        return await found.GetCredentialsAsync();
    }
}
