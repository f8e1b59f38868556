using System.Text.Json.Nodes;
using S3Scheduler.Api.Tests.Http;

namespace S3Scheduler.Api.Tests.Lambda;

/// <summary>How a call of the function ended: with an answer, as an HTTP API gives its client, or an error.</summary>
internal sealed record Invocation(Answer? Answer, string? Error)
{
    public static Invocation OfResponse(byte[] json)
    {
        var response = JsonNode.Parse(json)!;
        var text = (string?)response["body"] ?? "";
        var body = (bool?)response["isBase64Encoded"] is true
            ? Convert.FromBase64String(text)
            : Encoding.UTF8.GetBytes(text);
        var headers = response["headers"]?.AsObject().ToDictionary(
            header => header.Key, header => (string)header.Value!, StringComparer.OrdinalIgnoreCase);
        return new Invocation(new Answer((int)response["statusCode"]!, headers ?? [], body), null);
    }

    public static Invocation OfTooLarge(long bytes) => new(null, $"The answer has {bytes} bytes, which are too many.");
}
