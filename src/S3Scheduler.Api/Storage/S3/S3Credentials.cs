using Amazon.Runtime;
using Amazon.Runtime.Credentials;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>The SDK's own chain (environment, web identity, profile, container, instance), with a fault that says so.</summary>
internal sealed class S3Credentials(IClientConfig config) : AWSCredentials
{
    public override ImmutableCredentials GetCredentials()
        => throw new NotSupportedException("Only asynchronous calls are made.");

    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        try
        {
            // Cheap: the chain keeps what it has found.
            var found = await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync(config);
            return await found.GetCredentialsAsync();
        }
        catch (AmazonClientException fault)
        {
            throw new StoreException(
                "CredentialsNotFound",
                "No AWS credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS:Profile, or run where a "
                + $"role gives them. {fault.Message}",
                isPassing: false, fault);
        }
    }
}
