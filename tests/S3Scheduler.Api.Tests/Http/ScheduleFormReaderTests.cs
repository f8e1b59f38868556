using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using S3Scheduler.Api.Http.Problems;
using S3Scheduler.Api.Http.Schedules;
using S3Scheduler.Api.Http.Security;
using S3Scheduler.Api.Tests.Storage;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>The client's connection is reset in the middle of a form's content.</summary>
public sealed class ScheduleFormReaderTests
{
    private const int Big = 2 * (int)StreamedContent.Threshold;

    [Theory]
    [InlineData(0)]
    [InlineData(Big / 4)]
    public async Task A_client_that_goes_away_is_not_a_fault_of_the_service(int bytes) =>
        (await Should.ThrowAsync<RequestException>(() => ReadAsync(bytes))).Status.ShouldBe(400);

    [Fact]
    public async Task A_client_that_goes_away_during_big_content_is_not_a_fault_of_the_service()
    {
        await using var form = await ReadAsync(Big);
        var content = form.ToSchedule(new ScheduleFolder("scheduler", "schedules"), new Caller(null, null)).Content;
        (await Should.ThrowAsync<RequestException>(() => content.CopyToAsync(Stream.Null, Core.Cancellation)))
            .Status.ShouldBe(400);
    }

    private static Task<ScheduleForm> ReadAsync(int bytes)
    {
        var parts = new[] { ("dueAt", "2030-01-01T00:00:00Z"), ("bucket", "reports"), ("key", "a"),
            ("content", new string('c', bytes)) };
        var form = string.Join("\r\n",
            parts.Select(part => $"--b\r\nContent-Disposition: form-data; name={part.Item1}\r\n\r\n{part.Item2}"));
        var request = new DefaultHttpContext().Request;
        request.ContentType = "multipart/form-data; boundary=b";
        request.Body = new ForwardOnlyStream(Encoding.ASCII.GetBytes(form),
            new ConnectionResetException("Connection reset by peer"));
        return new ScheduleFormReader(new SchedulerOptions(), new Spool())
            .ReadAsync(request, Core.Cancellation);
    }
}
