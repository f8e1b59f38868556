using System.Text.RegularExpressions;
using Amazon;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>
/// The section <c>AWS</c>, which AWSSDK.Extensions.NETCore.Setup reads, checked at start-up. The SDK itself looks up
/// what is not set there (AWS_REGION, AWS_PROFILE, AWS_ENDPOINT_URL, ~/.aws, …).
/// </summary>
internal sealed partial class S3Settings
{
    private const string Section = "AWS";

    private readonly CredentialProfile? _profile;

    /// <exception cref="StartupException">A value is wrong; the message names its key.</exception>
    public S3Settings(IConfiguration configuration)
    {
        // The package's messages do not always name the key, so each setting is read alone first.
        foreach (var setting in configuration.GetSection(Section).AsEnumerable())
            Named(setting, () => new ConfigurationBuilder().AddInMemoryCollection([setting]).Build().GetAWSOptions());
        Options = configuration.GetAWSOptions();
        Check();
        _profile = FindProfile();

        // The package would look for credentials now, and only once. These are looked for when they are needed.
        Options.Credentials = new ChainCredentials(Options.Profile, Options.ProfilesLocation);
        Options.Credentials = new S3Credentials(Options.GetCredentials());
        Options.SessionRoleArn = null; // GetCredentials assumes the role already.
    }

    /// <summary>What the package makes clients from.</summary>
    public AWSOptions Options { get; }

    /// <summary>How long to wait for an answer, besides the time that an upload takes.</summary>
    public TimeSpan Timeout => Options.DefaultClientConfig.Timeout ?? TimeSpan.FromSeconds(30);

    /// <summary>Adds what the package does not set.</summary>
    public void Complete(ClientConfig config)
    {
        if (config.ServiceURL is { } url)
        {
            // From the environment it does not switch off the look-up of a region; set here it does.
            config.ServiceURL = url;
            // The region to sign for. Without one, the SDK would ask EC2's metadata service.
            config.AuthenticationRegion ??= Options.Region?.SystemName ?? RegionEndpoint.USEast1.SystemName;
            // Not every server knows the newer checksums.
            config.RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED;
            config.ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED;
            return;
        }

        if (Options.Region is null && _profile?.Region is { } region) config.RegionEndpoint = region;
        if (config.RegionEndpoint is null)
            throw Wrong(nameof(Options.Region), "is not set, nor AWS_REGION, nor AWS:ServiceURL");
    }

    /// <summary>Makes a client; the fault of a setting that the package reads only then names its key.</summary>
    public static T Create<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ConfigurationException fault)
        {
            throw Wrong(fault.PropertyName, $"can't be '{fault.PropertyValue}'");
        }
        catch (Exception fault) when (fault is AmazonClientException or ArgumentException)
        {
            throw new StartupException($"The section {Section} of the configuration is wrong: {fault.Message}", fault);
        }
    }

    private void Check()
    {
        var config = Options.DefaultClientConfig;
        if (config.Timeout <= TimeSpan.Zero) throw Wrong(nameof(config.Timeout), "must be more than zero");
        if (config.MaxErrorRetry < 0) throw Wrong(nameof(config.MaxErrorRetry), "must not be negative");
        if (config.ServiceURL is { } url && new Uri(url).Scheme is not ("http" or "https"))
            throw Wrong(nameof(config.ServiceURL), $"must be an http or https URL, not '{url}'");
        if (config.AuthenticationRegion is { } region && !RegionName().IsMatch(region))
            throw Wrong(nameof(config.AuthenticationRegion), $"must be the name of a region, not '{region}'");
        if (Options.SessionRoleArn is { } role && !(Arn.TryParse(role, out var arn) && arn.Service == "iam"))
            throw Wrong(nameof(Options.SessionRoleArn), $"must be the ARN of a role, not '{role}'");
        if (!SessionName().IsMatch(Options.SessionName))
            throw Wrong(nameof(Options.SessionName), "must be 2 to 64 letters, digits, or characters of _+=,.@-");
        if (Options.ProfilesLocation is { } file && !File.Exists(file))
            throw Wrong(nameof(Options.ProfilesLocation), $"names a file that does not exist: '{file}'");
    }

    // Without this check, the package would use other credentials in place of a profile that does not exist.
    private CredentialProfile? FindProfile()
    {
        if (Options.Profile is not { } name) return null;
        return new CredentialProfileStoreChain(Options.ProfilesLocation).TryGetProfile(name, out var profile)
            ? profile
            : throw Wrong(nameof(Options.Profile), $"names a profile that does not exist: '{name}'");
    }

    private static void Named(KeyValuePair<string, string?> setting, Action read)
    {
        try
        {
            read();
        }
        catch (Exception fault) when (fault is ArgumentException or AmazonClientException)
        {
            var isTimeout = setting.Key.EndsWith("Timeout", StringComparison.OrdinalIgnoreCase);
            var why = fault.Message.Trim() + (isTimeout ? " It is in milliseconds." : "");
            throw new StartupException($"{setting.Key} can't be '{setting.Value}'. {why}", fault);
        }
    }

    private static StartupException Wrong(string key, string what) => new($"{Section}:{key} {what}.");

    [GeneratedRegex(@"^[A-Za-z0-9._-]+\z")]
    private static partial Regex RegionName();

    [GeneratedRegex(@"^[A-Za-z0-9_+=,.@-]{2,64}\z")]
    private static partial Regex SessionName();
}
