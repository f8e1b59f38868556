using System.Globalization;
using System.Text.Json;

namespace S3Scheduler.Api.Tests.Support;

/// <summary>Writes keys by the rules of the Python library s3-scheduler 0.0.3, which its own keys prove.</summary>
public static class PythonLibrary
{
    /// <summary>
    /// Keys, the arguments from which the library made them, and when and where the library delivers them. The time was
    /// found by running its <c>handle</c> with many times, by bisection.
    /// </summary>
    public static IReadOnlyList<GoldenKey> GoldenKeys { get; } = JsonSerializer.Deserialize<List<GoldenKey>>(
        File.ReadAllText(Path.Combine(HouseTests.Root, "tests", "S3Scheduler.Api.Tests", "Layout", "PythonKeys.json")),
        JsonSerializerOptions.Web)!;

    /// <param name="path">The folder in the library's configuration.</param>
    /// <param name="offset">Null: a naive datetime.</param>
    public static string Key(string path, DateTime when, TimeSpan? offset, string bucket, string name)
    {
        var fraction = when.Ticks % TimeSpan.TicksPerSecond == 0 ? "" : ".ffffff";
        var local = when.ToString($"yyyy-MM-dd HH:mm:ss{fraction}", CultureInfo.InvariantCulture);
        var time = local + Text(offset ?? TimeSpan.Zero);
        if (path.EndsWith('/')) path = path[..^1];
        if (name.StartsWith('/')) name = name[1..];
        return $"{path}/|{Quote(time)}|{Quote(bucket)}|{Quote(name).Replace("/", "~~", StringComparison.Ordinal)}";
    }

    private static string Text(TimeSpan offset)
    {
        var sign = offset < TimeSpan.Zero ? "-" : "+";
        return sign + offset.ToString(offset.Seconds == 0 ? @"hh\:mm" : @"hh\:mm\:ss", CultureInfo.InvariantCulture);
    }

    private static string Quote(string text) =>
        Uri.EscapeDataString(text).Replace("%2F", "/", StringComparison.Ordinal);
}

/// <param name="Path">The folder. It and the next three are null if the key was not written by the library.</param>
/// <param name="When">ISO 8601, without an offset if the datetime is naive.</param>
/// <param name="Delivered">Null: the library never delivers it.</param>
public sealed record GoldenKey(
    string? Path, string? When, string? Bucket, string? Name, string Key, GoldenDelivery? Delivered);

/// <param name="After">The last microsecond at which the library does not deliver it yet.</param>
public sealed record GoldenDelivery(DateTimeOffset After, string Bucket, string Key);
