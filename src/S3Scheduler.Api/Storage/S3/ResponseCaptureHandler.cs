namespace S3Scheduler.Api.Storage.S3;

/// <summary>Keeps the server's time and the headers of every answer, errors and retries included.</summary>
internal sealed class ResponseCaptureHandler(ServerClock clock) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var sent = clock.Read();
        var response = await base.SendAsync(request, cancellationToken);
        ServerTime? time = response.Headers.Date is { } date ? clock.Observe(date, sent) : null;
        if (S3Call.Current is { } call)
        {
            call.Time = time;
            call.Headers = S3Attributes.Unparsed(response);
        }

        return response;
    }
}
