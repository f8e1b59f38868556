using System.Text.Json;
using System.Text.Json.Serialization;
using S3Scheduler.Api.Http.OpenApi;

namespace S3Scheduler.Api.Http.Schedules;

/// <summary>What to change about a schedule.</summary>
/// <param name="DueAt">
/// The new due time: RFC 3339; without an offset it is UTC. A time in the past, by a day if Scheduler:MaxLateness does
/// not say otherwise, means now.
/// </param>
[Example("""{"dueAt": "2030-01-02T00:00:00Z"}""")]
public sealed record RescheduleRequest([property: JsonConverter(typeof(NumberAsText))] string DueAt)
{
    /// <summary>Unknown members. They are refused: if they were ignored, the client would expect a change.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Others { get; init; } = new Dictionary<string, JsonElement>();

    /// <exception cref="InvalidScheduleException">Members are missing, wrong or unknown; it names them all.</exception>
    public DateTimeOffset ToDueAt()
    {
        var faults = new FieldFaults();
        foreach (var name in Others.Keys) faults.Add(name, "Only dueAt can be changed.");
        var dueAt = DueTime.Parse(DueAt ?? "");
        if (dueAt is null) faults.Add(FieldNames.DueAt, TimeFaults.Of(DueAt ?? ""));
        faults.ThrowIfAny();
        return dueAt!.Value;
    }
}
