using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>What a line of the log has, in each format.</summary>
public sealed partial class LogFormatTests(S3Server server) : EndToEndTest
{
    private static readonly string Trace = new('a', 32);

    [Theory]
    [InlineData("simple"), InlineData("systemd"), InlineData("json")]
    public async Task Every_line_begins_with_the_time_in_UTC(string format)
    {
        await using var service = await ServiceProcess.StartAsync(
            Folder.Path, ("Logging__Console__FormatterName", format));
        await service.StopAsync();

        var lines = service.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith("      ", StringComparison.Ordinal)).ToList(); // the second line of simple
        lines.ShouldNotBeEmpty();
        lines.ShouldAllBe(line => Time().IsMatch(line));
    }

    [Fact]
    public async Task Settings_can_give_another_time()
    {
        await using var service = await ServiceProcess.StartAsync(
            Folder.Path, ("Logging__Console__FormatterName", "simple"),
            ("Logging__Console__FormatterOptions__TimestampFormat", "'at' HH "));
        service.Output.ShouldStartWith("at ");
        service.Output.ShouldNotContain("Z ");
    }

    [Fact]
    public async Task The_first_line_says_what_runs_here_and_with_which_bucket()
    {
        await using var service = await ServiceProcess.StartAsync(Folder.Path, ("Scheduler__Folder", "later"));
        var version = System.Diagnostics.FileVersionInfo.GetVersionInfo(typeof(SchedulerOptions).Assembly.Location);
        service.Output.Split('\n')[1].Trim().ShouldBe(
            $"S3 Scheduler {version.ProductVersion} keeps schedules in folder later of bucket scheduler, storage " +
            $"Local at {Path.Combine(Folder.Path, "data")}. It sweeps by itself.");
    }

    [Fact]
    public async Task On_S3_the_first_line_has_the_address_and_the_region()
    {
        var bucket = await server.EmptyBucketAsync();
        await using var service = await ServiceProcess.StartAsync(
            Folder.Path,
            [.. ServiceOnS3.Configuration(server, bucket), .. LambdaTests.OnLambda, ("AWS__Region", "eu-north-1")]);
        // Before it there is another one if the server takes longer to answer than a start on Lambda waits.
        var first = service.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!).First(line => (int)line["EventId"]! != 1301);
        ((string)first["Message"]!).ShouldEndWith(
            $"of bucket {bucket}, storage S3 at {server.Url.TrimEnd('/')}, region eu-north-1. " +
            "It sweeps when POST /sweeps is called.");
        ((int)first["EventId"]!).ShouldBe(1300);
    }

    [Fact]
    public async Task In_JSON_the_fields_of_a_line_are_members_and_requests_and_traces_can_be_found()
    {
        await using var service = await ServiceProcess.StartAsync(
            Folder.Path, ("Logging__Console__FormatterName", "json"),
            ("Logging__Console__FormatterOptions__IncludeScopes", "true"), ("Logging__LogLevel__S3Scheduler", "Debug"));
        service.Client.DefaultRequestHeaders.Add("traceparent", $"00-{Trace}-{new string('b', 16)}-01");
        using var content = ScheduleForms.Content("content", "text/plain");
        var key = (string)(await service.Client.PostAsync(
            TimeProvider.System.GetUtcNow(), "reports", "a/b", content))["key"]!;
        await Eventually.HoldsAsync(
            "line", () => service.Output.Contains("was delivered to", StringComparison.Ordinal));
        await service.StopAsync();

        var lines = service.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonNode.Parse(l)!).Where(l => (int)l["EventId"]! >= 1100).ToList();
        var created = lines.Single(l => (int)l["EventId"]! == 1200);
        Text(created, "LogLevel", "State.Key", "State.Caller").ShouldBe(["Debug", key, "anonymous"]);
        var scopes = created["Scopes"]!.AsArray();
        scopes.Select(scope => (string?)(scope as JsonObject)?["TraceId"]).ShouldContain(Trace);
        scopes.Select(scope => (string?)(scope as JsonObject)?["RequestId"]).ShouldContain(id => id != null);

        var delivered = lines.Single(l => (int)l["EventId"]! == 1100);
        Text(delivered, "LogLevel", "State.Key", "State.Destination").ShouldBe(["Debug", key, "reports/a/b"]);
        ((double)delivered["State"]!["Lateness"]!).ShouldBeInRange(0, 180);

        var summary = lines.Single(l => (int)l["EventId"]! == 1101); // of the end
        Text(summary, "LogLevel", "Category")
            .ShouldBe(["Information", "S3Scheduler.Api.Delivery.Pipeline.SweepSummary"]);
        ((int)summary["State"]!["Delivered"]!, (int)summary["State"]!["Failed"]!).ShouldBe((1, 0));
    }

    private static List<string?> Text(JsonNode line, params string[] paths) =>
        [.. paths.Select(path => (string?)path.Split('.').Aggregate(line, (node, name) => node[name]!))];

    // At the start, or as the first member of JSON, or after systemd's level.
    [GeneratedRegex(@"^(<\d>|\{""Timestamp"":"")?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")]
    private static partial Regex Time();
}
