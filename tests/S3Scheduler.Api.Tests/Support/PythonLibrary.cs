using System.Globalization;
using System.Text.Json;

namespace S3Scheduler.Api.Tests.Support;

/// <summary>Writes keys by the rules of the Python library s3-scheduler 0.0.3, as its own keys prove.</summary>
public static class PythonLibrary
{
    /// <summary>
    /// Keys, with what they were made of where the library wrote them, and what it did with them: its <c>handle</c> was run
    /// at all times, by bisection.
    /// </summary>
    public static IReadOnlyList<GoldenKey> GoldenKeys { get; } = JsonSerializer.Deserialize<List<GoldenKey>>(
        File.ReadAllText(Path.Combine(HouseTests.Root, "tests", "S3Scheduler.Api.Tests", "Layout", "PythonKeys.json")),
        JsonSerializerOptions.Web)!;

    /// <param name="path">The folder, as the library is configured.</param>
    /// <param name="offset">Null: a naive datetime.</param>
    public static string Key(string path, DateTime when, TimeSpan? offset, string bucket, string name)
    {
        var fraction = when.Ticks % TimeSpan.TicksPerSecond == 0 ? "" : ".ffffff";
        var time = when.ToString($"yyyy-MM-dd HH:mm:ss{fraction}", CultureInfo.InvariantCulture) + Text(offset ?? TimeSpan.Zero);
        if (path.EndsWith('/')) path = path[..^1];
        if (name.StartsWith('/')) name = name[1..];
        return $"{path}/|{Quote(time)}|{Quote(bucket)}|{Quote(name).Replace("/", "~~", StringComparison.Ordinal)}";
    }

    private static string Text(TimeSpan offset)
    {
        var sign = offset < TimeSpan.Zero ? "-" : "+";
        return sign + offset.ToString(offset.Seconds == 0 ? @"hh\:mm" : @"hh\:mm\:ss", CultureInfo.InvariantCulture);
    }

    private static string Quote(string text) => Uri.EscapeDataString(text).Replace("%2F", "/", StringComparison.Ordinal);
}

/// <param name="Path">The folder; it and what follows is null where the key was not written by the library.</param>
/// <param name="When">ISO 8601, without an offset where there was none.</param>
/// <param name="Delivered">Null: the library never delivers it.</param>
public sealed record GoldenKey(string? Path, string? When, string? Bucket, string? Name, string Key, GoldenDelivery? Delivered);

/// <param name="After">The last time, to the microsecond, when the library did not deliver it yet.</param>
public sealed record GoldenDelivery(DateTimeOffset After, string Bucket, string Key);
