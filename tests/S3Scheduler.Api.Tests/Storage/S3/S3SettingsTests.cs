using Amazon.Runtime;
using Amazon.S3;

namespace S3Scheduler.Api.Tests.Storage.S3;

public sealed class S3SettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public S3SettingsTests()
    {
        // Whatever machine this runs on, it must have no region and no metadata service.
        Environment.SetEnvironmentVariable("AWS_EC2_METADATA_DISABLED", "true");
        foreach (var name in new[] { "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ENDPOINT_URL" })
            Environment.SetEnvironmentVariable(name, null);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_values_are_read()
    {
        var sdk = Config(
            ("Region", "eu-central-1"), ("ForcePathStyle", "true"), ("MaxErrorRetry", "7"), ("ConnectTimeout", "250"));

        sdk.RegionEndpoint.SystemName.ShouldBe("eu-central-1");
        sdk.ServiceURL.ShouldBeNull();
        sdk.ForcePathStyle.ShouldBeTrue();
        sdk.MaxErrorRetry.ShouldBe(7);
        sdk.ConnectTimeout.ShouldBe(TimeSpan.FromMilliseconds(250));
        sdk.RequestChecksumCalculation.ShouldBe(RequestChecksumCalculation.WHEN_SUPPORTED);
    }

    [Theory]
    [InlineData(null, 30_000)]
    [InlineData("5000", 5_000)]
    public void Timeout_is_in_milliseconds(string? value, int expected) =>
        new S3Settings(AwsSection.Of(("Timeout", value))).Timeout.ShouldBe(TimeSpan.FromMilliseconds(expected));

    [Theory]
    [InlineData("InRegion", DefaultConfigurationMode.InRegion)]
    [InlineData("Mobile", DefaultConfigurationMode.Mobile)]
    public void DefaultsMode_is_that_of_both_clients(string value, DefaultConfigurationMode expected)
    {
        using var clients = Clients(("Region", "eu-central-1"), ("DefaultsMode", value));

        clients.Retrying("bucket").Config.DefaultConfigurationMode.ShouldBe(expected);
        clients.Once("bucket").Config.DefaultConfigurationMode.ShouldBe(expected);
    }

    [Theory]
    [InlineData(null, null, "us-east-1")]
    [InlineData("eu-west-3", null, "eu-west-3")]
    [InlineData("eu-west-3", "garage", "garage")]
    public void Another_server_needs_no_region_and_no_new_checksums(
        string? region, string? authentication, string expected)
    {
        var sdk = Config(
            ("ServiceURL", "http://localhost:9000"), ("Region", region), ("AuthenticationRegion", authentication));

        sdk.ServiceURL.ShouldBe("http://localhost:9000/");
        sdk.AuthenticationRegion.ShouldBe(expected);
        // So the SDK looks for none, and does not ask EC2's metadata service.
        sdk.RegionEndpoint.ShouldBeNull();
        sdk.RequestChecksumCalculation.ShouldBe(RequestChecksumCalculation.WHEN_REQUIRED);
        sdk.ResponseChecksumValidation.ShouldBe(ResponseChecksumValidation.WHEN_REQUIRED);
    }

    [Theory]
    [InlineData("ServiceURL", "localhost:9000")]
    [InlineData("ServiceURL", "not a url")]
    [InlineData("ServiceURL", "ftp://localhost")]
    [InlineData("ForcePathStyle", "yes")]
    [InlineData("MaxErrorRetry", "-1")]
    [InlineData("MaxErrorRetry", "many")]
    [InlineData("Timeout", "0")]
    [InlineData("Timeout", "00:00:05")]
    [InlineData("Timeout", "soon")]
    [InlineData("DefaultsMode", "fast")]
    [InlineData("Region", "not a region")]
    [InlineData("AuthenticationRegion", "not a region")]
    [InlineData("Profile", "no such profile")]
    [InlineData("ProfilesLocation", "/no/such/file")]
    [InlineData("SessionRoleArn", "reader")]
    [InlineData("SessionName", "my session")]
    [InlineData("Logging:LogTo", "paper")]
    public void A_wrong_value_is_named(string key, string value) =>
        Should.Throw<StartupException>(() => Config((key, value), ("Region", key == "Region" ? value : "eu-central-1")))
            .Message.ShouldContain($"AWS:{key}");

    [Fact]
    public void Without_region_and_server_the_region_is_asked_for() =>
        Should.Throw<StartupException>(() => Config()).Message.ShouldContain("AWS:Region");

    [Fact]
    public async Task A_profile_gives_region_and_credentials_or_their_lack_is_named()
    {
        var file = _folder["profiles"];
        await File.WriteAllTextAsync(
            file,
            "[full]\nregion=eu-north-1\naws_access_key_id=id\naws_secret_access_key=secret\n"
            + "[empty]\nregion=eu-north-1\n",
            Cancellation);

        using var full = Clients(("Profile", "full"), ("ProfilesLocation", file));
        full.Once("bucket").Config.RegionEndpoint.SystemName.ShouldBe("eu-north-1");
        (await full.PresignCredentials.GetCredentialsAsync()).AccessKey.ShouldBe("id");

        using var empty = Clients(("Profile", "empty"), ("ProfilesLocation", file));
        var fault = await Should.ThrowAsync<StoreException>(() => empty.PresignCredentials.GetCredentialsAsync());
        (fault.Code, fault.IsTransient, fault.IsServiceFault).ShouldBe(("CredentialsNotFound", false, true));
        fault.Message.ShouldContain("AWS_ACCESS_KEY_ID");
    }

    private static S3Clients Clients(params IEnumerable<(string, string?)> values) =>
        new(new S3Settings(AwsSection.Of(values)), new ServerClock(TimeProvider.System));

    private static AmazonS3Config Config(params IEnumerable<(string, string?)> values)
    {
        using var clients = Clients(values);
        return clients.Retrying("bucket").Config.ShouldBeOfType<AmazonS3Config>();
    }
}
