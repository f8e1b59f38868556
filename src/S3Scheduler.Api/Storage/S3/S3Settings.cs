using Amazon;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>
/// The section <c>AWS</c>, which AWSSDK.Extensions.NETCore.Setup reads, checked at start-up. The SDK itself looks up
/// what is not set there (AWS_REGION, AWS_PROFILE, AWS_ENDPOINT_URL, ~/.aws, …).
/// </summary>
internal sealed class S3Settings
{
    private const string Section = "AWS";

    private readonly CredentialProfile? _profile;

    /// <exception cref="StartupException">A value is wrong; the message names its key.</exception>
    public S3Settings(IConfiguration configuration)
    {
        // The package's messages do not always name the key, so each setting is read alone first.
        foreach (var one in configuration.GetSection(Section).AsEnumerable())
            Read(new ConfigurationBuilder().AddInMemoryCollection([one]).Build().GetAWSOptions, one.Key, one.Value);
        Options = configuration.GetAWSOptions();
        Check(Options.DefaultClientConfig);

        // Else the package would use other credentials in place of a profile that does not exist.
        var profiles = new CredentialProfileStoreChain(Options.ProfilesLocation);
        if (Options.Profile is { } name && !profiles.TryGetProfile(name, out _profile))
            throw Wrong(nameof(Options.Profile), $"names a profile that does not exist: '{name}'");

        // Else the package would look for credentials now, and only once.
        Options.Credentials = new ChainCredentials(Options.Profile, Options.ProfilesLocation);
        Options.Credentials = new S3Credentials(Options.GetCredentials());
        Options.SessionRoleArn = null; // GetCredentials assumes the role already.
    }

    /// <summary>What the package makes clients from.</summary>
    public AWSOptions Options { get; }

    /// <summary>How long to wait for an answer, besides the time that an upload takes.</summary>
    public TimeSpan Timeout => Options.DefaultClientConfig.Timeout ?? TimeSpan.FromSeconds(30);

    /// <summary>Adds what the package does not set.</summary>
    /// <param name="region">The region of a bucket; null: the one in the settings.</param>
    public void Complete(ClientConfig config, string? region = null)
    {
        config.AuthenticationRegion = region ?? config.AuthenticationRegion;
        if (config.ServiceURL is { } url)
        {
            // The SDK would still look for a region if the URL came from the environment. With a slash at the end of a
            // path, it would ask for /path//bucket.
            config.ServiceURL = url.TrimEnd('/');
            // The region to sign for. Without one, the SDK would ask EC2's metadata service.
            config.AuthenticationRegion ??= Options.Region?.SystemName ?? RegionEndpoint.USEast1.SystemName;
            // Not every server knows the newer checksums.
            config.RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED;
            config.ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED;
            return;
        }

        if (region is not null) config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        else if (Options.Region is null && _profile?.Region is { } ofProfile) config.RegionEndpoint = ofProfile;
        if (config.RegionEndpoint is null)
            throw Wrong(nameof(Options.Region), "is not set, nor AWS_REGION, nor AWS:ServiceURL");
    }

    /// <summary>Lets the package read settings. Its faults become start-up faults that name the key.</summary>
    public static T Read<T>(Func<T> read, string key = Section, string? value = null)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is ConfigurationException or ArgumentException or AmazonClientException)
        {
            if (fault is ConfigurationException { PropertyName: var name } known)
                (key, value) = ($"{Section}:{name}", known.PropertyValue);
            var unit = key.EndsWith("Timeout", StringComparison.OrdinalIgnoreCase) ? " It is in milliseconds." : "";
            throw new StartupException($"{key} is wrong: '{value}'. {fault.Message.Trim()}{unit}", fault);
        }
    }

    // What the package does not check.
    private void Check(DefaultClientConfig config)
    {
        if (config.Timeout <= TimeSpan.Zero) throw Wrong(nameof(config.Timeout), "must be more than zero");
        if (config.MaxErrorRetry < 0) throw Wrong(nameof(config.MaxErrorRetry), "must not be negative");
        if (config.ServiceURL is { } url && new Uri(url).Scheme is not ("http" or "https"))
            throw Wrong(nameof(config.ServiceURL), $"must be an http or https URL, not '{url}'");
        if (config.AuthenticationRegion?.Any(c => c == '/' || char.IsWhiteSpace(c)) == true)
            throw Wrong(nameof(config.AuthenticationRegion), "must be the name of a region");
        if (Options.SessionRoleArn is { } role && !(Arn.TryParse(role, out var arn) && arn.Service == "iam"))
            throw Wrong(nameof(Options.SessionRoleArn), $"must be the ARN of a role, not '{role}'");
        if (Options.SessionName is not { Length: >= 2 and <= 64 } session || !session.All(IsAllowedInSessionName))
            throw Wrong(nameof(Options.SessionName), "must be 2 to 64 letters, digits, or characters of _+=,.@-");
        if (Options.ProfilesLocation is { } file && !File.Exists(file))
            throw Wrong(nameof(Options.ProfilesLocation), $"names a file that does not exist: '{file}'");
    }

    private static bool IsAllowedInSessionName(char c) => char.IsAsciiLetterOrDigit(c) || "_+=,.@-".Contains(c);

    private static StartupException Wrong(string key, string what) => new($"{Section}:{key} {what}.");
}
