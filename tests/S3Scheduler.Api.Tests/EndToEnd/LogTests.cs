using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using S3Scheduler.Api.Tests.Http;
using S3Scheduler.Api.Tests.Http.Fuzz;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>What the whole service writes to its console when it logs everything.</summary>
public sealed class LogTests(S3Server server) : EndToEndTest
{
    // ESC, a new line, a title (OSC), C1, line separator, right-to-left override.
    private const string Evil = "e\u001b[31m\r\nFORGED\u001b]0;title\u0007\u009b2J\u0085\u2028\u202ee";

    private const string BearerToken = "bearer-0123456789";
    private const string ApiKey = "api-key-0123456789";

    private static readonly (string, string)[] Everything =
        [("Logging__LogLevel__Default", "Trace"), ("Logging__LogLevel__Microsoft.AspNetCore", "Trace")];

    [Theory]
    [InlineData("simple"), InlineData("systemd"), InlineData("json")]
    public async Task Control_characters_of_clients_never_reach_the_console(string format)
    {
        await using var service = await ServiceProcess.StartAsync(
            Folder.Path, [.. Everything, ("Logging__Console__FormatterName", format)]);
        // The second one can't be delivered, and the message of the fault has its key.
        await PostAsync(service, Form.To("reports", "a").With("delay", "PT0S"));
        await Eventually.HoldsAsync("delivery", () => File.Exists(Folder["data/reports/a"]));
        await PostAsync(service, Form.To("reports", $"a/{Evil}").With("delay", "PT0S"));
        await Eventually.HoldsAsync("fault", () => service.Output.Contains("KeyIsFolder", StringComparison.Ordinal));
        foreach (var field in (string[])["dueAt", "delay", "bucket", "key", "Cache-Control", "x-amz-meta-a"])
            await PostAsync(service, Form.To("reports", "b").With(field, Evil));
        foreach (var request in Requests()) await RawHttp.SendAsync(
            service.Client.BaseAddress!, Encoding.UTF8.GetBytes(request), leaves: true, Cancellation);
        await service.StopAsync();

        var output = service.Output;
        output.ShouldContain("e\\u001B[31m");
        output.Where(c => c != '\n' && IsControl(c)).Select(c => $"{(int)c:X4}").Distinct().ShouldBeEmpty();
        var lines = output.Split('\n');
        lines.Where(line => line.TrimStart().StartsWith("FORGED", StringComparison.Ordinal)).ShouldBeEmpty();
        // What the formatter itself adds stays.
        if (format == "simple") lines.ShouldContain(line => line.StartsWith("      ", StringComparison.Ordinal));
        if (format == "json") lines.Where(l => l.Length > 0).ShouldAllBe(l => JsonNode.Parse(l, null, default) != null);
    }

    [Fact]
    public async Task Nothing_secret_is_logged()
    {
        var (bucket, destination) = (await server.EmptyBucketAsync(), await server.EmptyBucketAsync());
        await using var service = await ServiceProcess.StartAsync(
            Folder.Path, [.. ServiceOnS3.Configuration(server, bucket), .. Everything]);
        service.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", BearerToken);
        service.Client.DefaultRequestHeaders.Add("X-Api-Key", ApiKey);

        var upload = $$"""{"delay":"PT1H","bucket":"{{destination}}","key":"a"}""";
        using var body = ScheduleForms.Content(upload, "application/json");
        using var prepared = await service.Client.PostAsync(
            new Uri("/schedules/uploads", UriKind.Relative), body, Cancellation);
        await PostAsync(service, Form.To(destination, "b").With("delay", "PT0S"));
        await service.Client.NothingPendingAsync();
        await service.StopAsync();

        service.Output.ShouldContain("dbug: ");
        var secret = Environment.GetEnvironmentVariable("AWS_SECRET_ACCESS_KEY")!;
        string[] secrets = [secret, "X-Amz-Signature", "X-Amz-Credential", "AWS4-HMAC", BearerToken, ApiKey];
        foreach (var text in secrets) service.Output.ShouldNotContain(text, Case.Insensitive);
    }

    private static IEnumerable<string> Requests()
    {
        var escaped = Uri.EscapeDataString(Evil);
        string[] targets =
        [
            $"/{escaped}", $"/schedules/{escaped}", $"/schedules?bucket={escaped}", $"/schedules?{escaped}=1",
            $"/schedules?after={escaped}", $"/{Evil}", $"/swagger/{escaped}",
            $"/schedules/2030-01-01T00:00:00.000Z%7Creports%7C{escaped}",
        ];
        string[] methods = ["GET", "DELETE", "OPTIONS", "A\u001b[31m"];
        var line = Evil.Replace("\r\n", "", StringComparison.Ordinal);
        string[] names =
        [
            "Host", "User-Agent", "X-Request-Id", "Content-Type", "traceparent", "tracestate", "baggage", "Origin",
            "Accept", "Referer", "X-Forwarded-For", "Authorization", "Range", "Cookie",
        ];
        string[] values = [line, $"\"{line}\"", "a\u009b31m", "a\u001b[31m"];
        return
        [
            .. from target in targets
               from method in methods
               select $"{method} {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            .. from name in names
               from value in values
               let host = name == "Host" ? "" : "Host: a\r\n"
               select $"POST /schedules HTTP/1.1\r\n{host}{name}: {value}\r\nContent-Length: 0\r\n\r\n",
        ];
    }

    private static async Task PostAsync(ServiceProcess service, Form form)
    {
        using var content = form.ToContent();
        using var response = await service.Client.PostAsync(ScheduleForms.Schedules, content, Cancellation);
    }

    private static bool IsControl(char c) => char.GetUnicodeCategory(c)
        is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
