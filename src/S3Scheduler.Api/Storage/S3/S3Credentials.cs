using Amazon.Runtime;
using Amazon.Runtime.Credentials;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>The SDK's own chain (environment, web identity, profile, container, instance), with a clear fault.</summary>
internal sealed class S3Credentials(IClientConfig config) : AWSCredentials
{
    // The SDK calls both, in any order. They are cheap: the chain keeps what it has found.
    public override ImmutableCredentials GetCredentials()
    {
        try
        {
            return DefaultAWSCredentialsIdentityResolver.GetCredentials(config).GetCredentials();
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
            var found = await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync(config);
            return await found.GetCredentialsAsync();
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
