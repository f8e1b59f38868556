using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using S3Scheduler.Api.Http.Problems;
using S3Scheduler.Api.Http.Schedules;
using S3Scheduler.Api.Tests.Storage;

namespace S3Scheduler.Api.Tests.Http;

public sealed class ScheduleFormReaderTests : IDisposable
{
    private const int Big = 2 * (int)StreamedContent.Threshold;

    private readonly Core _core = new();

    [Theory]
    [InlineData(0)]
    [InlineData(Big / 4)]
    [InlineData(Big)]
    public async Task A_client_that_goes_away_is_not_a_fault_of_the_service(int bytes)
    {
        var gone = new ConnectionResetException("Connection reset by peer");

        (await Should.ThrowAsync<RequestException>(() => ReadAsync("reports", bytes, gone))).Status.ShouldBe(400);

        _core.Store.Keys(Core.Bucket).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_wrong_before_big_content_is_said_before_it_is_read()
    {
        var readOn = new InvalidOperationException("It was read on.");

        var refusal = await Should.ThrowAsync<InvalidScheduleException>(
            () => ReadAsync("No Bucket", Big, readOn));

        refusal.Errors.Keys.ShouldBe(["bucket"]);
    }

    private Task<ScheduleForm> ReadAsync(string bucket, int bytes, Exception atEnd)
    {
        var parts = new[] { ("dueAt", "2030-01-01T00:00:00Z"), ("bucket", bucket), ("key", "a"),
            ("content", new string('c', bytes)) };
        var form = string.Join("\r\n",
            parts.Select(part => $"--b\r\nContent-Disposition: form-data; name={part.Item1}\r\n\r\n{part.Item2}"));
        var request = new DefaultHttpContext().Request;
        request.ContentType = "multipart/form-data; boundary=b";
        request.Body = new ForwardOnlyStream(Encoding.ASCII.GetBytes(form), atEnd);
        return new ScheduleFormReader(new SchedulerOptions(), new Spool(), _core.Staging, _core.Folder)
            .ReadAsync(request, Core.Cancellation);
    }

    public void Dispose() => _core.Dispose();
}
