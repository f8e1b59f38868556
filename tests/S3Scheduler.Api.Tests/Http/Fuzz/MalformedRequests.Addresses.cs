namespace S3Scheduler.Api.Tests.Http.Fuzz;

internal sealed partial class MalformedRequests
{
    private const string NoTime = "2030-13-01T00:00:00.000Z";
    private const string Time = "2030-01-01T00:00:00.000Z";

    private IEnumerable<(string Name, Func<byte[]> Make)> AddressCategories() =>
    [
        ("key of no schedule", () => Send(One("GET", "DELETE"), $"/schedules/{WrongKey()}")),
        ("content of no schedule", () => Request($"GET /schedules/{WrongKey()}/content HTTP/1.1")),
        ("percent-encoding in a path", () =>
            Send(One("GET", "DELETE"), $"/schedules/{Time}%7Creports%7C{Letters(3)}{WrongPercent()}")),
        ("key longer than any", () =>
            Send(One("GET", "DELETE"), $"/schedules/{Time}%7Creports%7C{Letters(random.Next(1025, 6000))}")),
        ("unknown path", () => Send(
            One("GET", "POST", "DELETE", "PUT"), $"/{Letters(5)}{One("", "/", "/schedules", "?a=b", "/%", "/..%2f")}")),
        ("wrong method", () => Send(
            One("PUT", "PATCH", "TRACE", Letters(6).ToUpperInvariant()),
            One("/schedules", "/sweeps", "/schedules/a", "/health/live"))),
        ("list parameter", () => Request($"GET /schedules?{WrongParameter()} HTTP/1.1")),
        ("percent-encoding in a query", () => Request(
            $"GET /schedules?{One("from", "to", "bucket", "limit", "after", "status")}={WrongPercent()} HTTP/1.1")),
        ("list parameter twice", () => Send("GET", "/schedules?" + One(
            "limit=1&limit=1", "from=2030-01-01T00:00Z&from=2030-01-01T00:00Z", "status=pending&status=pending",
            "bucket=abc&bucket=abc"))),
    ];

    private IEnumerable<(string Name, Func<byte[]> Make)> ProtocolCategories() =>
    [
        ("content length that is none", () =>
            [.. FormHead($"Content-Length: {One("-1", "1e3", "abc", "99999999999999999999", "1, 2", "+5")}"),
            .. Multipart(ValidParts())]),
        ("content length twice", () =>
            [.. FormHead("Content-Length: 5\r\nContent-Length: 6"), .. Multipart(ValidParts())]),
        ("body over the limit", () => FormHead($"Content-Length: {random.NextInt64(6L << 30, 1L << 50)}")),
        ("transfer encoding unknown", () => [.. FormHead("Transfer-Encoding: gzip"), .. Multipart(ValidParts())]),
        ("no host", () => Encoding.UTF8.GetBytes("GET /schedules HTTP/1.1\r\nConnection: close\r\n\r\n")),
        ("request line", () => Encoding.UTF8.GetBytes(
            One("GET", "GET  /schedules HTTP/1.1", "/schedules GET HTTP/1.1", "\0\0\0\0 / HTTP/1.1")
            + "\r\nHost: localhost\r\n\r\n")),
        ("header", () => Request("GET /schedules HTTP/1.1\r\n" + One(
            "No colon", " : 1", "A b: 1", "A: \0", "Ü: 1", "A: 1\r\n folded", $"A: {Letters(40_000)}"))),
        ("too many headers", () => Request(
            $"GET /schedules HTTP/1.1\r\n{string.Join("\r\n", Enumerable.Range(0, 150).Select(i => $"X-{i}: 1"))}")),
        ("path the server does not take", () =>
            Request($"GET /schedules/{One("%00", $"{Letters(3)}%00", Letters(9_000), "ü")} HTTP/1.1")),
        ("random bytes", () => [.. Bytes(random.Next(10, 2_000)), .. "\r\n\r\n"u8]),
    ];

    private string WrongKey() => One(
        Letters(random.Next(1, 80)), $"{NoTime}%7Creports%7Ca", $"{Time}%7CR%7Ca", $"{Time}%7Creports",
        $"{Time}%7Creports%7C", $"{Time}%7Creports%7Ca%7Cb",
        $"{Time}%7Creports%7C~{Letters(1)}", $"{Time}%7Creports%7Ca%2Fb", $"{Time}%7Creports%7C~2F",
        $"{Time}%7Creports%7C~C0~AF", "%7C%7C", ".sweep", ".probe",
        $"{Time[..19]}Z%7Creports%7Ca", $"{Time}|reports|..%5C");

    private string WrongPercent() =>
        One("%", "%a", "%zz", "%FF", "%C0%AF", "%ED%A0%80", "%F5%80%80%80", "%E2%82", "%u0041", "%0%30", "%%");

    private string WrongFilter() => One(
        $"from={Letters(5)}", $"to={Uri.EscapeDataString(WrongTime())}", "from=", "to=", "keyPrefix=", "keyPrefix=%00",
        $"bucket={Uri.EscapeDataString(WrongBucket())}", "bucket=", $"{Letters(6)}=1");

    private string WrongChange() => One(
        "dryRun=", "dryRun=1", "dryRun=True", "dryRun=true%00", $"dryRun={Letters(3)}", "dryRun=true&dryRun=true",
        "limit=1", "bins=1", $"after={WrongKey()}", "after=", $"{Letters(6)}=1");

    private string WrongParameter() => One(
        $"from={Letters(5)}", $"to={Letters(5)}", "from=2030-01-01T00:00:00+01:00",
        $"from={Uri.EscapeDataString(WrongTime())}", $"bucket={Uri.EscapeDataString(WrongBucket())}",
        $"limit={random.Next(1001, int.MaxValue)}", $"limit=-{random.Next()}", "limit=0", $"limit={Letters(3)}",
        "limit=", "limit=1%00", $"after={WrongKey()}", "after=", $"status={Letters(4)}",
        $"status=Pending", "from=", "bucket=%00", "limit=%D9%A1");

    private IEnumerable<(string Name, Func<byte[]> Make)> RouteCategories() =>
    [
        ("head of no schedule", () => Request($"HEAD /schedules/{WrongKey()}{One("", "/content")} HTTP/1.1")),
        ("range of no content", () => Request($"{One("GET", "HEAD")} /schedules/{WrongKey()}/content "
            + $"HTTP/1.1\r\nRange: {AnyRange()}\r\n{One("If-Range", "If-Match")}: {AnyETag()}")),
        ("range outside the content", () => Request($"{One("GET", "HEAD")} {kept}/content HTTP/1.1\r\n"
            + $"Range: bytes={random.Next(5, 99)}-{One("", $"{random.Next(100, 999)}")}")),
        ("content under another condition", () =>
            Request($"{One("GET", "HEAD")} {kept}/content HTTP/1.1\r\nIf-Match: {AnyETag()}")),
        ("patch of no schedule", () => Patch($"/schedules/{WrongKey()}", """{"dueAt":"2031-01-01T00:00:00Z"}""")),
        ("patch that is no JSON", () => Patch(kept, One("", "{", "[]", "null", "1", "\"2031-01-01T00:00:00Z\"",
            "{\"dueAt\":", "{dueAt:1}", $"{{{Letters(20)}", "{\"dueAt\":\"2031-01-01T00:00:00Z\"}}", "\0", "\uFEFF{"))),
        ("patch with another member", () =>
            Patch(kept, $$"""{"dueAt":"2031-01-01T00:00:00Z","{{Letters(4)}}":{{One("1", "null", "{}", "[[]]")}}}""")),
        ("patch without a time", () => Patch(kept, "{\"dueAt\":" + One("null", "1", "[]", "{}", "true",
            $"\"{Letters(9)}\"", $"\"{WrongTime()}\"", "\"\\u0000\"", "\"\\ud800\"") + "}")),
        ("patch too long", () =>
            Patch(kept, $$"""{"dueAt":"2031-01-01T00:00:00Z","a":"{{Letters(random.Next(65_536, 90_000))}}"}""")),
        ("patch too deep", () => Patch(kept, $$"""{"dueAt":{{new string('[', random.Next(70, 2_000))}}""")),
        ("patch of another type", () => Patch(kept, """{"dueAt":"2031-01-01T00:00:00Z"}""",
            One("text/plain", "application/xml", "", "multipart/form-data", "application/json; charset=nonsense-1"))),
        ("retry of no schedule", () => SendEmpty("POST", $"/schedules/{WrongKey()}/retry")),
        ("retry parameter", () => SendEmpty("POST", "/schedules/retry?" + One(
            $"after={WrongKey()}", "after=", $"bucket={Uri.EscapeDataString(WrongBucket())}", "bucket=",
            $"status={Letters(4)}", $"{Letters(6)}=1", "bucket=abc&bucket=abc"))),
        ("cancel parameter", () => SendEmpty("POST", "/schedules/cancel" + One(
            "", "?", "?dryRun=true", "?status=failed", $"?bucket=reports&{WrongChange()}",
            $"?{WrongFilter()}&bucket=reports", $"?keyPrefix=a&status={Letters(4)}", "?from=&to=", "?code=NoSuchBucket",
            $"?status=failed&code={Letters(70)}", "?bucket=reports&status=delivered"))),
        ("reschedule parameter", () => SendEmpty("POST", "/schedules/reschedule?" + One(
            "bucket=reports", "by=PT1H", "dueAt=2030-01-01T00:00Z", "bucket=reports&by=PT1H&dueAt=2030-01-01T00:00Z",
            $"bucket=reports&by={Letters(4)}", "bucket=reports&by=P1Y", "bucket=reports&by=--PT1S",
            $"bucket=reports&dueAt={Uri.EscapeDataString(WrongTime())}", "bucket=reports&by=PT1H&code=NoSuchBucket",
            $"bucket=reports&by=PT1H&{WrongChange()}", $"by=PT1H&{WrongFilter()}", "bucket=reports&by=PT1H&by=PT1H"))),
        ("sweep parameter", () => SendEmpty("POST", "/sweeps?" + One(
            "for=", $"for={Letters(4)}", "for=PT16M", "for=-PT1S", "for=P1Y", "for=PT1S&for=PT1S",
            $"{Letters(4)}=PT1S", "for=PT%00S", "for=P99999999D"))),
        ("list parameter unknown", () => Send("GET", "/schedules?"
            + $"{One("", "limit=1&", "status=pending&")}{Letters(7)}{One("", "=", "=1", $"={WrongPercent()}")}")),
        ("summary parameter", () => Send("GET", "/schedules/summary?" + One(
            WrongFilter(), $"bins={random.Next(501, int.MaxValue)}", $"bins=-{random.Next()}", $"bins={Letters(3)}",
            "bins=", "bins=1%00", "bins=%D9%A1", "limit=1", "after=", $"code={Letters(3)}",
            $"status=failed&code={Letters(70)}", "status=failed&code=%00", $"status={Letters(4)}"))),
        ("key prefix", () => Send("GET", "/schedules?keyPrefix="
            + One("", "/", "%00", "a%00b", Letters(random.Next(1_025, 3_000)), "%ED%A0%80%00"))),
        ("method of a page", () => SendEmpty(One("POST", "PUT", "DELETE", "PATCH"), One(
            "/swagger/index.html", "/openapi.yaml", "/openapi.json", "/health/live", "/health/ready", "/swagger"))),
        ("file outside the pages", () => Send(One("GET", "HEAD"),
            $"/{One("swagger/", "openapi.yaml/", "health/", "")}" + One(
                "../appsettings.json", "..%2f..%2fappsettings.json", "%2e%2e/%2e%2e/etc/passwd",
                "..\\\\appsettings.json", "S3Scheduler.Api.dll", ".git/config", "%5c..%5cdata", "web.config"))),
        ("unknown document", () => Request($"GET /{Letters(4)}{One(".yaml", ".json", ".xml")} HTTP/1.1")),
    ];

    private static byte[] SendEmpty(string method, string path) => Request($"{method} {path} HTTP/1.1", []);

    private static byte[] Patch(string path, string body, string type = "application/json") =>
        Request($"PATCH {path} HTTP/1.1\r\nContent-Type: {type}", Encoding.UTF8.GetBytes(body));

    private string AnyRange() => One(
        "bytes=0-", $"bytes={random.Next()}-{random.Next()}", "bytes=-", "bytes=--1", $"bytes={Letters(3)}",
        "bytes=0-0,1-1", "bytes=99999999999999999999-",
        $"{Letters(4)}=0-1", "", "bytes", "=", string.Join(',', Enumerable.Repeat("bytes=0-1", random.Next(2, 99))));

    private string AnyETag() =>
        One($"\"{Letters(6)}\"", $"W/\"{Letters(3)}\"", "\"\"", $"\"{Letters(3)}\", \"{Letters(3)}\"");
}
