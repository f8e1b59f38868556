using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace S3Scheduler.Api.Tests.Deploy;

/// <summary>The alarms of the templates, over the lines that the service really logs.</summary>
public sealed partial class AlarmTests : EndToEndTest
{
    private const string Topic = "arn:aws:sns:eu-central-1:123456789012:alarms";

    public static TheoryData<string> Templates => ["lambda.yaml", "ecs.yaml"];

    [Theory]
    [MemberData(nameof(Templates))]
    public async Task Each_metric_of_an_alarm_is_in_what_the_service_logs(string file)
    {
        var template = Load(file);
        var lines = await LinesAsync(template);

        var metrics = Of(template, "AWS::Logs::MetricFilter").ToDictionary(
            filter => (string)filter["MetricTransformations"]![0]!["MetricName"]!,
            filter => lines.Where(line => Matches((string)filter["FilterPattern"]!, line))
                .Select(line => Value((string)filter["MetricTransformations"]![0]!["MetricValue"]!, line)).ToList());

        var own = Of(template, "AWS::CloudWatch::Alarm").Where(IsOwn).ToList();
        own.Select(alarm => (string)alarm["MetricName"]!).ShouldBe(metrics.Keys, ignoreOrder: true);
        metrics["Failed"].ShouldBe([1]);
        metrics["Looks"].ShouldAllBe(looks => looks >= 0);
        metrics["Looks"].Sum().ShouldBeGreaterThan(0);
        metrics["OldestDueAge"].ShouldAllBe(age => age >= 0);
        metrics["OldestDueAge"].ShouldNotBeEmpty();
        Of(template, "AWS::Logs::MetricFilter").ShouldAllBe(filter => (string)filter["LogGroupName"]! == "{LogGroup}");
        own.Select(alarm => (string)alarm["Namespace"]!).Distinct().ShouldBe(
            Of(template, "AWS::Logs::MetricFilter")
                .Select(filter => (string)filter["MetricTransformations"]![0]!["MetricNamespace"]!).Distinct());
    }

    [Theory]
    [InlineData("OldestDueAge", "Maximum", 60, 1, ">", 120, "notBreaching")] // late by more than 2 minutes
    [InlineData("Failed", "Sum", 300, 1, ">", 0, "notBreaching")] // in the last 5 minutes
    [InlineData("Looks", "Sum", 60, 3, "<", 1, "breaching")] // no sweep for 3 minutes
    public void An_alarm_is_raised_when_it_should_be(
        string metric, string statistic, int period, int periods, string than, int threshold, string missing)
    {
        foreach (var file in Templates)
        {
            var alarm = Of(Load(file), "AWS::CloudWatch::Alarm").Single(a => (string)a["MetricName"]! == metric);
            (alarm["Statistic"], alarm["Period"], alarm["EvaluationPeriods"])
                .ShouldBeTexts(statistic, $"{period}", $"{periods}");
            (alarm["ComparisonOperator"], alarm["Threshold"], alarm["TreatMissingData"]).ShouldBeTexts(
                than == ">" ? "GreaterThanThreshold" : "LessThanThreshold", $"{threshold}", missing);
        }
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void All_alarms_tell_the_topic_and_without_one_there_are_none(string file)
    {
        var template = Load(file);
        Of(template, "AWS::CloudWatch::Alarm").ShouldAllBe(alarm =>
            (string)alarm["AlarmActions"]![0]! == Topic && (string)alarm["OKActions"]![0]! == Topic);
        template.Resources.Select(r => r.Value!).Where(r => IsAlarm((string)r["Type"]!))
            .ShouldAllBe(r => (string)r["Condition"]! == "HasAlarms");

        static bool IsAlarm(string type) => type is "AWS::CloudWatch::Alarm" or "AWS::Logs::MetricFilter";
    }

    // Else the alarms would not see the lines that they read.
    [Theory]
    [MemberData(nameof(Templates))]
    public void The_log_is_JSON_with_its_usual_levels(string file)
    {
        var settings = Load(file).Settings;
        settings["Logging__Console__FormatterName"].ShouldBe("json");
        settings.Keys.ShouldNotContain(name => name.StartsWith("Logging__LogLevel", StringComparison.Ordinal));
    }

    [Fact]
    public void On_Lambda_a_call_of_the_trigger_that_fails_is_seen()
    {
        var template = Load("lambda.yaml");
        var trigger = template.Properties("AWS::Scheduler::Schedule");
        trigger["Target"]!["DeadLetterConfig"]!["Arn"].ShouldBeText("{DeadLetters.Arn}");
        var rights = template.Properties("AWS::IAM::Role", "TriggerRole")["Policies"]![0]!["PolicyDocument"]!;
        rights["Statement"]!.AsArray().Select(s => ((string)s!["Action"]!, (string)s["Resource"]!))
            .ShouldContain(("sqs:SendMessage", "{DeadLetters.Arn}"));
        Of(template, "AWS::CloudWatch::Alarm").Where(alarm => !IsOwn(alarm))
            .Select(a => ((string)a["MetricName"]!, (string)a["Dimensions"]![0]!["Value"]!)).ShouldBe(
                [("ApproximateNumberOfMessagesVisible", "{DeadLetters.QueueName}"), ("Errors", "{Function}")]);
    }

    private static Template Load(string file) => Template.Load(file, ("AlarmTopic", Topic));

    private static List<JsonNode> Of(Template template, string type) =>
        [.. template.Resources.Where(r => (string)r.Value!["Type"]! == type).Select(r => r.Value!["Properties"]!)];

    private static bool IsOwn(JsonNode alarm) =>
        ((string)alarm["Namespace"]!).StartsWith("S3Scheduler/", StringComparison.Ordinal);

    /// <summary>Of a process that delivers one schedule, fails with another one, and stops.</summary>
    private async Task<List<JsonNode>> LinesAsync(Template template)
    {
        var format = template.Settings.Where(v => v.Key.StartsWith("Logging", StringComparison.Ordinal));
        await using var service = await ServiceProcess.StartAsync(
            Folder.Path, [ServiceProcess.LongInterval, .. format.Select(v => (v.Key, v.Value))]);
        using var content = ScheduleForms.Content("content", "text/plain");
        await service.Client.PostAsync(TimeProvider.System.GetUtcNow(), "reports", "a", content);
        await Eventually.HoldsAsync("delivery", () => File.Exists(Folder["data/reports/a"]));
        using var other = ScheduleForms.Content("content", "text/plain");
        await service.Client.PostAsync(TimeProvider.System.GetUtcNow(), "reports", "a/b", other);
        await Eventually.HoldsAsync(
            "failure", () => service.Output.Contains("KeyIsFolder", StringComparison.Ordinal));
        await service.StopAsync();
        return [.. service.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!)];
    }

    // A filter of CloudWatch Logs, as far as the templates use it.
    private static bool Matches(string pattern, JsonNode line)
    {
        var terms = Comparison().Replace(pattern.Trim('{', '}', ' '), comparison =>
        {
            var (actual, wanted) = ($"{At(comparison.Groups[1].Value, line)}", comparison.Groups[2].Value.Trim('"'));
            var regex = $"^{Regex.Escape(wanted).Replace("\\*", ".*", StringComparison.Ordinal)}$";
            return Regex.IsMatch(actual, regex) ? "1" : "0";
        });
        for (var inner = Inner().Match(terms); inner.Success; inner = Inner().Match(terms))
            terms = terms.Replace(inner.Value, IsTrue(inner.Groups[1].Value) ? "1" : "0", StringComparison.Ordinal);
        return IsTrue(terms);

        static bool IsTrue(string flat) => flat.Split("||").Any(and => and.Split("&&").All(t => t.Trim() == "1"));
    }

    private static double Value(string value, JsonNode line) => double.Parse(
        value.StartsWith('$') ? At(value, line)!.ToJsonString() : value, CultureInfo.InvariantCulture);

    private static JsonNode? At(string path, JsonNode line) =>
        path.Split('.').Skip(1).Aggregate((JsonNode?)line, (node, name) => node?[name]);

    [GeneratedRegex("""(\$[\w.]+) = ("[^"]*"|\d+)""")]
    private static partial Regex Comparison();

    [GeneratedRegex(@"\(([01&| ]+)\)")]
    private static partial Regex Inner();
}
