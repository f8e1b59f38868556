using System.Text.Json;
using System.Text.Json.Serialization;
using S3Scheduler.Api.Layout;

namespace S3Scheduler.Api.Http.Schedules;

/// <summary>What to change of a schedule.</summary>
/// <param name="DueAt">The new due time: RFC 3339; without an offset it is UTC. What is over is due now.</param>
public sealed record RescheduleRequest(string DueAt)
{
    /// <summary>What can't be changed, or is not known: better refused than ignored.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Others { get; init; } = new Dictionary<string, JsonElement>();

    /// <exception cref="InvalidScheduleException">It is no time, or there is more than that; it names all that is wrong.</exception>
    public DateTimeOffset ToDueAt()
    {
        var faults = Others.Keys.ToDictionary(name => name, _ => (string[])["Only dueAt can be changed."]);
        var dueAt = DueTime.Parse(DueAt ?? "");
        if (dueAt is null) faults[ScheduleForm.DueAt] = [ScheduleFieldsReader.DueAtFault];
        return faults.Count == 0 ? dueAt!.Value : throw new InvalidScheduleException(faults);
    }
}
