using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.S3;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>Credentials whose absence is a clear fault of the store.</summary>
internal sealed class S3Credentials(AWSCredentials source) : AWSCredentials
{
    // The SDK calls both methods. They are cheap: the source keeps what it has found.
    public override ImmutableCredentials GetCredentials()
    {
        try
        {
            return source.GetCredentials();
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw NotFound(fault);
        }
    }

    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        try
        {
            return await source.GetCredentialsAsync();
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw NotFound(fault);
        }
    }

    private static StoreException NotFound(Exception fault) => new(
        StoreException.CredentialsNotFound,
        "No AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS:Profile, or run where a role "
        + $"gives them. {fault.Message}",
        isTransient: false, fault);
}

/// <summary>
/// The SDK's own chain (environment, web identity, profile, container, instance), asked each time: it keeps what it has
/// found, and looks again after a file of credentials has changed.
/// </summary>
internal sealed class ChainCredentials(string? profile, string? profilesLocation) : AWSCredentials
{
    private readonly AmazonS3Config _config =
        new() { Profile = profile is null ? null : new(profile, profilesLocation) };

    public override ImmutableCredentials GetCredentials() =>
        DefaultAWSCredentialsIdentityResolver.GetCredentials(_config).GetCredentials();

    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        var found = await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync(_config);
        return await found.GetCredentialsAsync();
    }
}
