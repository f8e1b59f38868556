using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace S3Scheduler.Api.Http;

/// <summary>Reads a number as its digits: who sends seconds since 1970 is told how a time is written.</summary>
public sealed class NumberAsText : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && !reader.HasValueSequence
            ? Encoding.UTF8.GetString(reader.ValueSpan)
            : reader.GetString();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value);
}
