using Amazon.Runtime;
using Microsoft.Extensions.Logging.Abstractions;

namespace S3Scheduler.Api.Tests.Storage.S3;

public sealed class S3QuerySignatureTests
{
    private static readonly DateTimeOffset Time = new(2013, 5, 24, 0, 0, 0, TimeSpan.Zero);
    private static readonly Dictionary<string, string> NoHeaders = [];

    [Fact]
    public void It_equals_the_example_in_the_documentation_of_S3() =>
        Signature(token: null)
            .Sign("GET", "https://examplebucket.s3.amazonaws.com/test.txt", NoHeaders, [], Time.AddDays(1))
            .ShouldBe("https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");

    [Fact]
    public void The_token_of_temporary_credentials_is_part_of_the_query() =>
        Signature("to/ken+").Sign("PUT", "https://b.example/a", NoHeaders, [], Time.AddHours(1))
            .ShouldContain("&X-Amz-Security-Token=to%2Fken%2B&");

    [Fact]
    public async Task At_AWS_the_bucket_is_in_the_host_name_and_a_checksum_header_protects_the_content()
    {
        using var store = new S3ObjectStore(
            AwsSection.Of(("Region", "eu-central-1")), new ManualTime(), NullLogger<S3ObjectStore>.Instance);
        for (var answers = 0; answers < 3; answers++) store.Clock.Observe(Time, store.Clock.Read());
        var content = new ExpectedContent(5, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");

        var (url, headers) = await store.PresignAsync(
            new("reports", "a|b"), new() { ContentType = "text/plain" }, content, Time.AddMinutes(5),
            TestContext.Current.CancellationToken);

        url.ShouldStartWith("https://reports.s3.eu-central-1.amazonaws.com/a%7Cb?X-Amz-Algorithm=");
        url.ShouldContain(
            "%2F20130524%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=300"
            + "&X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost%3Bif-none-match%3Bx-amz-checksum-sha256&");
        headers.ShouldBe(
            new Dictionary<string, string>
            {
                ["If-None-Match"] = "*",
                ["Content-Type"] = "text/plain",
                ["Content-Length"] = "5",
                ["x-amz-checksum-sha256"] = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
            },
            ignoreOrder: true);
    }

    [Theory]
    [InlineData(null, "https://reports.s3.eu-central-1.amazonaws.com//a/b?")]
    [InlineData("http://127.0.0.1:7480", "http://127.0.0.1:7480/reports//a/b?")]
    public async Task A_slash_that_a_key_starts_with_stays(string? server, string url)
    {
        var settings = AwsSection.Of(
            ("Region", "eu-central-1"), ("ServiceURL", server), ("ForcePathStyle", $"{server is not null}"));
        using var store = new S3ObjectStore(settings, new ManualTime(), NullLogger<S3ObjectStore>.Instance);
        for (var answers = 0; answers < 3; answers++) store.Clock.Observe(Time, store.Clock.Read());

        var put = await store.PresignAsync(
            new("reports", "/a/b"), new(), new(null, null), Time.AddMinutes(5), TestContext.Current.CancellationToken);

        put.Url.ShouldStartWith(url);
    }

    private static S3QuerySignature Signature(string? token)
    {
        const string secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        return new(new ImmutableCredentials("AKIAIOSFODNN7EXAMPLE", secret, token), "us-east-1", Time);
    }
}
