using System.Text.Json;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>A complete answer of a service.</summary>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Key => this["key"]!;

    public DateTimeOffset DueAt => Json.GetProperty("dueAt").GetDateTimeOffset();

    /// <summary>How many schedules a sweep delivered.</summary>
    public int Delivered => Json.GetProperty("delivered").GetInt32();

    public string Location => Headers["Location"];

    /// <summary>A member of the body that is a string or null.</summary>
    public string? this[string member] => Json.GetProperty(member).GetString();

    public string? Type => Headers.GetValueOrDefault("Content-Type");

    /// <summary>Checks that this is a problem (RFC 9457), and returns its detail.</summary>
    public string ShouldBeProblem(int status, string says = "")
    {
        Status.ShouldBe(status, Text);
        Type.ShouldBe("application/problem+json");
        Json.GetProperty("status").GetInt32().ShouldBe(status);
        this["requestId"].ShouldBe(Headers["X-Request-Id"]);
        this["title"].ShouldNotBeNullOrWhiteSpace();
        var detail = this["detail"].ShouldNotBeNull();
        detail.ShouldContain(says);
        return detail;
    }

    /// <summary>Checks that this is a 400 with exactly these fields, and returns the fault of the first.</summary>
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
