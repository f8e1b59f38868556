using System.Text.Json;
using System.Text.Json.Serialization;

namespace S3Scheduler.Api.Http;

/// <summary>Writes times as keys have them: RFC 3339, UTC, to the millisecond, always 24 characters.</summary>
public sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        DueTime.Parse(reader.GetString() ?? "") ?? throw new JsonException("A time is RFC 3339.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(DueTime.Write(value));
}
