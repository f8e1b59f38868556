using System.Text.RegularExpressions;

namespace S3Scheduler.Api.Tests.Deploy;

public sealed partial class ComposeTests
{
    [Fact]
    public void Its_S3_server_is_the_one_of_the_tests_and_comes_from_a_registry_that_keeps_it()
    {
        var ofTests = Server().Match(File.ReadAllText(Path.Combine(HouseTests.Root, "tests", "s3-server.sh")));

        Compose.Images.Distinct().ShouldBe([ofTests.Groups["image"].Value, "s3-scheduler"]);
        ofTests.Groups["image"].Value.ShouldStartWith("quay.io/"); // Docker Hub has MinIO's images no longer
    }

    [GeneratedRegex("^minio_image=(?<image>.+)$", RegexOptions.Multiline)]
    private static partial Regex Server();
}
