namespace S3Scheduler.Api.Tests.Http.Fuzz;

internal sealed partial class MalformedRequests
{
    private IEnumerable<(string Name, Func<byte[]> Make)> RouteCategories() =>
    [
        ("head of no schedule", () => Request($"HEAD /schedules/{WrongKey()}{One("", "/content")} HTTP/1.1")),
        ("range of no content", () => Request($"{One("GET", "HEAD")} /schedules/{WrongKey()}/content HTTP/1.1\r\nRange: {AnyRange()}\r\n{One("If-Range", "If-Match")}: {AnyETag()}")),
        ("range outside the content", () => Request($"{One("GET", "HEAD")} {kept}/content HTTP/1.1\r\nRange: bytes={random.Next(5, 99)}-{One("", $"{random.Next(100, 999)}")}")),
        ("content under another condition", () => Request($"{One("GET", "HEAD")} {kept}/content HTTP/1.1\r\nIf-Match: {AnyETag()}")),
        ("patch of no schedule", () => Patch($"/schedules/{WrongKey()}", """{"dueAt":"2031-01-01T00:00:00Z"}""")),
        ("patch that is no JSON", () => Patch(kept, One("", "{", "[]", "null", "1", "\"2031-01-01T00:00:00Z\"", "{\"dueAt\":", "{dueAt:1}", $"{{{Letters(20)}", "{\"dueAt\":\"2031-01-01T00:00:00Z\"}}", "\0", "\uFEFF{"))),
        ("patch with another member", () => Patch(kept, $$"""{"dueAt":"2031-01-01T00:00:00Z","{{Letters(4)}}":{{One("1", "null", "{}", "[[]]")}}}""")),
        ("patch without a time", () => Patch(kept, $$"""{"dueAt":{{One("null", "1", "[]", "{}", "true", $"\"{Letters(9)}\"", $"\"{WrongTime()}\"", "\"\\u0000\"", "\"\\ud800\"")}}}""")),
        ("patch too long", () => Patch(kept, $$"""{"dueAt":"2031-01-01T00:00:00Z","a":"{{Letters(random.Next(65_536, 90_000))}}"}""")),
        ("patch too deep", () => Patch(kept, $$"""{"dueAt":{{new string('[', random.Next(70, 2_000))}}""")),
        ("patch of another type", () => Patch(kept, """{"dueAt":"2031-01-01T00:00:00Z"}""", One("text/plain", "application/xml", "", "multipart/form-data", "application/json; charset=nonsense-1"))),
        ("retry of no schedule", () => Request($"POST /schedules/{WrongKey()}/retry HTTP/1.1", [])),
        ("retry parameter", () => Request($"POST /schedules/retry?{One($"after={WrongKey()}", "after=", $"bucket={Uri.EscapeDataString(WrongBucket())}", "bucket=", $"status={Letters(4)}", $"{Letters(6)}=1", "bucket=abc&bucket=abc")} HTTP/1.1", [])),
        ("sweep parameter", () => Request($"POST /sweeps?{One("for=", $"for={Letters(4)}", "for=PT16M", "for=-PT1S", "for=P1Y", "for=PT1S&for=PT1S", $"{Letters(4)}=PT1S", "for=PT%00S", "for=P99999999D")} HTTP/1.1", [])),
        ("list parameter unknown", () => Request($"GET /schedules?{One("", "limit=1&", "status=pending&")}{Letters(7)}{One("", "=", "=1", $"={WrongPercent()}")} HTTP/1.1")),
        ("key prefix", () => Request($"GET /schedules?keyPrefix={One("", "/", "%00", "a%00b", Letters(random.Next(1_025, 3_000)), "%ED%A0%80%00")} HTTP/1.1")),
        ("method of a page", () => Request($"{One("POST", "PUT", "DELETE", "PATCH")} {One("/swagger/index.html", "/openapi.yaml", "/openapi.json", "/health/live", "/health/ready", "/swagger")} HTTP/1.1", [])),
        ("file outside the pages", () => Request($"{One("GET", "HEAD")} /{One("swagger/", "openapi.yaml/", "health/", "")}{One("../appsettings.json", "..%2f..%2fappsettings.json", "%2e%2e/%2e%2e/etc/passwd", "..\\\\appsettings.json", "S3Scheduler.Api.dll", ".git/config", "%5c..%5cdata", "web.config")} HTTP/1.1")),
        ("unknown document", () => Request($"GET /{Letters(4)}{One(".yaml", ".json", ".xml")} HTTP/1.1")),
    ];

    private static byte[] Patch(string path, string body, string type = "application/json") =>
        Request($"PATCH {path} HTTP/1.1\r\nContent-Type: {type}", System.Text.Encoding.UTF8.GetBytes(body));

    private string AnyRange() => One(
        "bytes=0-", $"bytes={random.Next()}-{random.Next()}", "bytes=-", "bytes=--1", $"bytes={Letters(3)}", "bytes=0-0,1-1", "bytes=99999999999999999999-",
        $"{Letters(4)}=0-1", "", "bytes", "=", string.Join(',', Enumerable.Repeat("bytes=0-1", random.Next(2, 99))));

    private string AnyETag() => One($"\"{Letters(6)}\"", $"W/\"{Letters(3)}\"", "\"\"", $"\"{Letters(3)}\", \"{Letters(3)}\"");
}
