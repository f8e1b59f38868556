using Microsoft.AspNetCore.Http.Features;

namespace S3Scheduler.Api.Http;

public static class ArrivingBodies
{
    /// <summary>The endpoint takes no body of JSON above <see cref="RequestLimits.JsonBytes"/>.</summary>
    public static RouteHandlerBuilder LimitJson(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new JsonLimit(RequestLimits.JsonBytes));

    /// <summary>Refuses a body that stops arriving, and one of JSON that is too large.</summary>
    public static void UseArrivingBodies(this WebApplication app)
    {
        var time = app.Services.GetRequiredService<TimeProvider>();
        app.Use((context, next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<JsonLimit>() is { } limit) limit.Apply(context);
            context.Request.Body = new ArrivingBody(context.Request.Body, time);
            return next(context);
        });
    }
}

// ASP.NET's own attribute needs a server that can limit bodies, and Lambda's can't. There each body has a length.
internal sealed record JsonLimit(long Bytes)
{
    public void Apply(HttpContext context)
    {
        if (context.Request.ContentLength > Bytes)
            throw new BadHttpRequestException(Fault, StatusCodes.Status413PayloadTooLarge);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
            server.MaxRequestBodySize = Bytes;
    }

    public static readonly string Fault =
        $"A body of JSON has at most {RequestLimits.JsonBytes} bytes. Nothing was changed.";
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
