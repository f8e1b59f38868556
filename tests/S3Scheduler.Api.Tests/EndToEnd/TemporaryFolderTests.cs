using System.Net;
using S3Scheduler.Api.Tests.Http;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>TMPDIR, where content waits until it is stored.</summary>
public sealed class TemporaryFolderTests : EndToEndTest
{
    [Theory]
    [InlineData("/nothing/here")]
    [InlineData("/sys")] // even root can't create a file there
    public async Task One_that_is_missing_or_not_writable_stops_the_start_with_a_message_that_names_it(string folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no /sys.");
        var (exitCode, output) = await ServiceProcess.RunAsync(Folder.Path, ("TMPDIR", folder));
        exitCode.ShouldBe(1, output);
        output.ShouldContain(folder);
        output.ShouldContain("TMPDIR");
        output.ShouldNotContain("   at "); // a stack trace
    }

    [Fact]
    public async Task One_that_vanishes_is_a_503_for_content_that_must_wait_there()
    {
        var folder = Directory.CreateDirectory(Folder["tmp"]).FullName;
        await using var service = await ServiceProcess.StartAsync(Folder.Path, ("TMPDIR", folder));
        Directory.Delete(folder, recursive: true);

        using var refused = await PostAsync(service, 100_000);
        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        refused.Headers.RetryAfter!.ToString().ShouldBe("5");
        using var small = await PostAsync(service, 10_000);
        small.StatusCode.ShouldBe(HttpStatusCode.Created);

        Directory.CreateDirectory(folder);
        using var back = await PostAsync(service, 100_000);
        back.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    private static async Task<HttpResponseMessage> PostAsync(ServiceProcess service, int bytes)
    {
        using var content =
            Form.To("reports", $"{bytes}").DueAt("2030-01-01T00:00:00Z").File(new byte[bytes]).ToContent();
        return await service.Client.PostAsync(ScheduleForms.Schedules, content, Cancellation);
    }
}
