using System.Text.Json;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>What a service answered, all of it read.</summary>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Key => Json.GetProperty("key").GetString()!;

    public string Location => Headers["Location"];

    public string? Type => Headers.GetValueOrDefault("Content-Type");

    /// <summary>That it is a problem (RFC 9457) which says what is wrong, and that nothing else is.</summary>
    public string ShouldBeProblem(int status)
    {
        Status.ShouldBe(status, Text);
        Type.ShouldBe("application/problem+json");
        Json.GetProperty("status").GetInt32().ShouldBe(status);
        Json.GetProperty("requestId").GetString().ShouldBe(Headers["X-Request-Id"]);
        Json.GetProperty("title").GetString().ShouldNotBeNullOrWhiteSpace();
        return Json.GetProperty("detail").GetString().ShouldNotBeNull();
    }

    /// <summary>That it is a 400 which names these fields and no other; returns what it says of the first.</summary>
    public string ShouldBeFaultOf(params string[] fields)
    {
        var detail = ShouldBeProblem(400);
        var errors = Json.GetProperty("errors");
        errors.EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal)
            .ShouldBe(fields.Order(StringComparer.Ordinal), Text);
        foreach (var field in fields) detail.ShouldContain(field);
        return errors.GetProperty(fields[0])[0].GetString().ShouldNotBeNull();
    }
}
