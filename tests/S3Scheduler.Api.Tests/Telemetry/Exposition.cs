using System.Globalization;
using System.Text.RegularExpressions;

namespace S3Scheduler.Api.Tests.Telemetry;

/// <summary>
/// A strict reader of Prometheus' text format 0.0.4: every line must be right, a type comes before its samples, the
/// samples of one metric stand together, and no series comes twice.
/// </summary>
internal sealed partial class Exposition
{
    private readonly Dictionary<string, string> _types = [];
    private readonly Dictionary<string, double> _samples = [];
    private readonly HashSet<string> _ended = [];

    public Exposition(string text)
    {
        text.ShouldEndWith("\n");
        var family = "";
        foreach (var line in text[..^1].Split('\n'))
        {
            if (line is "# EOF" or "") continue;
            var name = line[0] == '#' ? ReadComment(line) : ReadSample(line);
            if (name == family) continue;
            _ended.ShouldNotContain(name, line);
            if (family.Length > 0) _ended.Add(family);
            family = name;
        }
    }

    /// <summary>By metric: counter, gauge, histogram or untyped.</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    /// <summary>By series, without the attributes of the meter: <c>name{a="b"}</c>.</summary>
    public IReadOnlyDictionary<string, double> Samples => _samples;

    private string ReadComment(string line)
    {
        var comment = Comment().Match(line);
        comment.Success.ShouldBeTrue(line);
        var name = comment.Groups["name"].Value;
        if (comment.Groups["type"] is { Success: true } type) _types.TryAdd(name, type.Value).ShouldBeTrue(line);
        return name;
    }

    private string ReadSample(string line)
    {
        var sample = Sample().Match(line);
        sample.Success.ShouldBeTrue(line);
        var name = sample.Groups["name"].Value;
        var family = Suffix().Replace(name, "") is var histogram
            && _types.GetValueOrDefault(histogram) == "histogram" ? histogram : name;
        _types.ShouldContainKey(family, line);
        var value = sample.Groups["value"].Value switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            var number => double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture),
        };
        var labels = sample.Groups["label"].Captures.Select(c => c.Value).ToList();
        labels.Select(label => label.Split('=')[0]).ShouldBeUnique(line);
        var own = labels.Where(label => !label.StartsWith("otel_scope_", StringComparison.Ordinal));
        _samples.TryAdd($"{name}{{{string.Join(',', own.Order(StringComparer.Ordinal))}}}", value).ShouldBeTrue(line);
        return family;
    }

    [GeneratedRegex(@"^# (TYPE (?<name>[a-zA-Z_:][\w:]*) (?<type>counter|gauge|histogram|summary|untyped)|"
        + @"(HELP|UNIT) (?<name>[a-zA-Z_:][\w:]*) ([^\\]|\\\\|\\n)*)$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][\w:]*)"
        + @"(\{((?<label>[a-zA-Z_]\w*=""([^""\\]|\\\\|\\""|\\n)*""),?)*\})?"
        + @" (?<value>[+-]Inf|NaN|-?[0-9.]+([eE][+-]?[0-9]+)?)( -?[0-9]+)?$")]
    private static partial Regex Sample();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}
