using Amazon.Runtime;
using Microsoft.Extensions.Configuration;

namespace S3Scheduler.Api.Tests.Storage.S3;

public sealed class S3ConfigurationTests
{
    public S3ConfigurationTests()
    {
        // Whatever machine this runs on, it is to have no region and no metadata service.
        Environment.SetEnvironmentVariable("AWS_EC2_METADATA_DISABLED", "true");
        foreach (var name in new[] { "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ENDPOINT_URL" })
            Environment.SetEnvironmentVariable(name, null);
    }

    [Fact]
    public void All_values_are_read()
    {
        var config = Read(
            ("Region", "eu-central-1"), ("ForcePathStyle", "true"), ("MaxErrorRetry", "7"), ("Timeout", "00:00:05"));

        config.Timeout.ShouldBe(TimeSpan.FromSeconds(5));
        var sdk = config.ToClientConfig();
        sdk.RegionEndpoint.SystemName.ShouldBe("eu-central-1");
        sdk.ServiceURL.ShouldBeNull();
        sdk.ForcePathStyle.ShouldBeTrue();
        sdk.MaxErrorRetry.ShouldBe(7);
        sdk.RequestChecksumCalculation.ShouldBe(RequestChecksumCalculation.WHEN_SUPPORTED);
    }

    [Theory]
    [InlineData(null, null, "us-east-1")]
    [InlineData("eu-west-3", null, "eu-west-3")]
    [InlineData("eu-west-3", "garage", "garage")]
    public void Another_server_needs_no_region_and_no_new_checksums(
        string? region, string? authentication, string expected)
    {
        var sdk = Read(
            ("ServiceURL", "http://localhost:9000"), ("Region", region), ("AuthenticationRegion", authentication))
            .ToClientConfig();

        sdk.ServiceURL.ShouldBe("http://localhost:9000/");
        sdk.AuthenticationRegion.ShouldBe(expected);
        // So none is looked for, in EC2's metadata service at the last.
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
    [InlineData("Timeout", "00:00:00")]
    [InlineData("Timeout", "soon")]
    [InlineData("Region", "not a region")]
    [InlineData("Profile", "no such profile")]
    public void A_wrong_value_is_named(string key, string value)
        => Should.Throw<InvalidOperationException>(() => Read((key, value)).ToClientConfig())
            .Message.ShouldContain($"AWS:{key}");

    [Fact]
    public void Without_region_and_server_the_region_is_asked_for()
        => Should.Throw<InvalidOperationException>(() => Read().ToClientConfig()).Message.ShouldContain("AWS:Region");

    [Fact]
    public async Task A_profile_gives_region_and_credentials_or_their_lack_is_named()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file,
            "[full]\nregion=eu-north-1\naws_access_key_id=id\naws_secret_access_key=secret\n"
            + "[empty]\nregion=eu-north-1\n",
            Cancellation);

        var full = Read(("Profile", "full"), ("ProfilesLocation", file)).ToClientConfig();
        full.RegionEndpoint.SystemName.ShouldBe("eu-north-1");
        (await new S3Credentials(full).GetCredentialsAsync()).AccessKey.ShouldBe("id");

        var empty = Read(("Profile", "empty"), ("ProfilesLocation", file)).ToClientConfig();
        var fault = await Should.ThrowAsync<StoreException>(() => new S3Credentials(empty).GetCredentialsAsync());
        (fault.Code, fault.IsTransient).ShouldBe(("CredentialsNotFound", false));
        fault.Message.ShouldContain("AWS_ACCESS_KEY_ID");
        File.Delete(file);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static S3Configuration Read(params (string Key, string? Value)[] values)
        => S3Configuration.From(new ConfigurationBuilder().AddInMemoryCollection(
            values.Select(pair => KeyValuePair.Create($"AWS:{pair.Key}", pair.Value))).Build());
}
