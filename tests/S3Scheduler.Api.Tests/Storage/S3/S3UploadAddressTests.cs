using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace S3Scheduler.Api.Tests.Storage.S3;

/// <summary>The address in the URLs of uploads. No request is made.</summary>
public sealed class S3UploadAddressTests
{
    public S3UploadAddressTests()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "test");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "testtest");
    }

    [Theory]
    [InlineData("true", null, "http://minio:9000/bucket/a/b?")]
    [InlineData("false", null, "http://bucket.minio:9000/a/b?")]
    [InlineData("true", "https://s3.example.org", "https://s3.example.org/bucket/a/b?")]
    [InlineData("false", "https://s3.example.org", "https://bucket.s3.example.org/a/b?")]
    [InlineData("true", "http://localhost:9000", "http://localhost:9000/bucket/a/b?")]
    public async Task It_is_the_services_own_unless_clients_reach_the_server_elsewhere(
        string pathStyle, string? url, string begins)
    {
        var settings = AwsSection.Of(("ServiceURL", "http://minio:9000"), ("ForcePathStyle", pathStyle));
        using var store = Store(settings, url);
        var now = new ManualTime().GetUtcNow();
        store.Clock.Observe(now, store.Clock.Read());

        var put = await store.PresignAsync(
            new("bucket", "a/b"), new(), new(null, null), now.AddMinutes(5), Core.Cancellation);

        put.Url.ShouldStartWith(begins);
    }

    [Fact]
    public void On_AWS_there_is_one_address_for_everybody() =>
        Should.Throw<StartupException>(() => Store(AwsSection.Of(("Region", "eu-central-1")), "http://localhost:9000"))
            .Message.ShouldContain("AWS:ServiceURL");

    private static S3ObjectStore Store(IConfiguration settings, string? url) =>
        new(settings, new ManualTime(), NullLogger<S3ObjectStore>.Instance, uploads: new UploadSettings { Url = url });
}
