namespace S3Scheduler.Api.Http;

public static class ArrivingBodies
{
    /// <summary>Refuses a request whose body stops arriving.</summary>
    public static void UseArrivingBodies(this WebApplication app)
    {
        var time = app.Services.GetRequiredService<TimeProvider>();
        app.Use((context, next) =>
        {
            context.Request.Body = new ArrivingBody(context.Request.Body, time);
            return next(context);
        });
    }
}

/// <summary>
/// The body of a request, which must not stop arriving. The web server's lowest rate is an average, so a client that
/// has sent much at once could be silent for hours, and keep its place and its room.
/// </summary>
internal sealed class ArrivingBody(Stream body, TimeProvider time) : ReadOnceStream
{
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var silence = new CancellationTokenSource(RequestLimits.LongestSilence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        try
        {
            return await body.ReadAsync(buffer, either.Token);
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested)
        {
            throw new BadHttpRequestException("The body stopped arriving.", StatusCodes.Status408RequestTimeout);
        }
    }
}
