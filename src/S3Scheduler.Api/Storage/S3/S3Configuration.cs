using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.S3;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>
/// The section <c>AWS</c>, under the names that AWSSDK.Extensions.NETCore.Setup reads. What is not set is the SDK's own
/// (AWS_REGION, AWS_PROFILE, AWS_ENDPOINT_URL, ~/.aws, …).
/// </summary>
public sealed record S3Configuration
{
    private const string Section = "AWS";

    public string? Region { get; init; }
    public string? Profile { get; init; }
    public string? ProfilesLocation { get; init; }

    /// <summary>Of a server other than AWS.</summary>
    public string? ServiceURL { get; init; }

    /// <summary>Bucket in the path instead of the host name.</summary>
    public bool ForcePathStyle { get; init; }

    /// <summary>The region to sign for. Default: <see cref="Region"/>, or us-east-1 with a ServiceURL.</summary>
    public string? AuthenticationRegion { get; init; }

    /// <summary>Of calls that may be repeated safely; the others are never retried by the SDK.</summary>
    public int? MaxErrorRetry { get; init; }

    /// <summary>How long to wait for an answer, besides the time that an upload takes. Default: 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <exception cref="InvalidOperationException">A value is malformed; the message names its key.</exception>
    public static S3Configuration From(IConfiguration configuration)
    {
        var read = configuration.GetSection(Section).Get<S3Configuration>() ?? new S3Configuration();
        if (read.Timeout <= TimeSpan.Zero) throw Wrong(nameof(Timeout), "must be more than zero");
        if (read.MaxErrorRetry < 0) throw Wrong(nameof(MaxErrorRetry), "must not be negative");
        if (read.ServiceURL is { } url
            && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            throw Wrong(nameof(ServiceURL), $"must be an http or https URL, not '{url}'");
        return read;
    }

    internal AmazonS3Config ToClientConfig()
    {
        var config = new AmazonS3Config { ForcePathStyle = ForcePathStyle };
        var profile = Profile is null ? null : FindProfile(Profile);
        if (profile is not null) config.Profile = new Profile(Profile, ProfilesLocation);
        if (MaxErrorRetry is { } retries) config.MaxErrorRetry = retries;
        // Where none is configured, the SDK looks for one in its own places.
        if ((ServiceURL ?? config.ServiceURL) is { } url) AtServer(config, url);
        else config.RegionEndpoint = FindRegion(config, profile);
        return config;
    }

    private void AtServer(AmazonS3Config config, string url)
    {
        config.ServiceURL = url;
        // A name to sign with: without it the SDK would ask EC2's metadata service for a region.
        config.AuthenticationRegion = AuthenticationRegion ?? Region ?? RegionEndpoint.USEast1.SystemName;
        // Not every server knows the newer checksums.
        config.RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED;
        config.ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED;
    }

    private CredentialProfile FindProfile(string name)
        => new CredentialProfileStoreChain(ProfilesLocation).TryGetProfile(name, out var profile)
            ? profile
            : throw Wrong(nameof(Profile), $"names a profile that does not exist: '{name}'");

    private RegionEndpoint FindRegion(AmazonS3Config config, CredentialProfile? profile)
    {
        try
        {
            var region = Region is null
                ? profile?.Region ?? config.RegionEndpoint
                : RegionEndpoint.GetBySystemName(Region);
            return region ?? throw Wrong(nameof(Region), "is not set, nor AWS_REGION, nor AWS:ServiceURL");
        }
        catch (AmazonClientException fault)
        {
            throw Wrong(nameof(Region), fault.Message);
        }
    }

    private static StartupException Wrong(string key, string what) => new($"{Section}:{key} {what}.");
}
