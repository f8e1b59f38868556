namespace S3Scheduler.Api.Tests.Http.Fuzz;

internal sealed partial class MalformedRequests
{
    private const string NoTime = "2030-13-01T00:00:00.000Z";
    private const string Time = "2030-01-01T00:00:00.000Z";

    private IEnumerable<(string Name, Func<byte[]> Make)> AddressCategories() =>
    [
        ("key of no schedule", () => Request($"{One("GET", "DELETE")} /schedules/{WrongKey()} HTTP/1.1")),
        ("content of no schedule", () => Request($"GET /schedules/{WrongKey()}/content HTTP/1.1")),
        ("percent-encoding in a path", () => Request($"{One("GET", "DELETE")} /schedules/{Time}%7Creports%7C{Letters(3)}{WrongPercent()} HTTP/1.1")),
        ("key longer than any", () => Request($"{One("GET", "DELETE")} /schedules/{Time}%7Creports%7C{Letters(random.Next(1025, 6000))} HTTP/1.1")),
        ("unknown path", () => Request($"{One("GET", "POST", "DELETE", "PUT")} /{Letters(5)}{One("", "/", "/schedules", "?a=b", "/%", "/..%2f")} HTTP/1.1")),
        ("wrong method", () => Request($"{One("PUT", "PATCH", "TRACE", Letters(6).ToUpperInvariant())} {One("/schedules", "/sweeps", "/schedules/a", "/health/live")} HTTP/1.1")),
        ("list parameter", () => Request($"GET /schedules?{WrongParameter()} HTTP/1.1")),
        ("percent-encoding in a query", () => Request($"GET /schedules?{One("from", "to", "bucket", "limit", "after", "status")}={WrongPercent()} HTTP/1.1")),
        ("list parameter twice", () => Request($"GET /schedules?{One("limit=1&limit=1", "from=2030-01-01T00:00Z&from=2030-01-01T00:00Z", "status=pending&status=pending", "bucket=abc&bucket=abc")} HTTP/1.1")),
    ];

    private IEnumerable<(string Name, Func<byte[]> Make)> ProtocolCategories() =>
    [
        ("content length that is none", () => [.. FormHead($"Content-Length: {One("-1", "1e3", "abc", "99999999999999999999", "1, 2", "+5")}"), .. Multipart(ValidParts())]),
        ("content length twice", () => [.. FormHead("Content-Length: 5\r\nContent-Length: 6"), .. Multipart(ValidParts())]),
        ("body over the limit", () => FormHead($"Content-Length: {random.NextInt64(6L << 30, 1L << 50)}")),
        ("transfer encoding unknown", () => [.. FormHead("Transfer-Encoding: gzip"), .. Multipart(ValidParts())]),
        ("no host", () => Encoding.UTF8.GetBytes("GET /schedules HTTP/1.1\r\nConnection: close\r\n\r\n")),
        ("request line", () => Encoding.UTF8.GetBytes($"{One("GET", "GET  /schedules HTTP/1.1", "/schedules GET HTTP/1.1", "\0\0\0\0 / HTTP/1.1")}\r\nHost: localhost\r\n\r\n")),
        ("header", () => Request($"GET /schedules HTTP/1.1\r\n{One("No colon", " : 1", "A b: 1", "A: \0", "Ü: 1", "A: 1\r\n folded", $"A: {Letters(40_000)}")}")),
        ("too many headers", () => Request($"GET /schedules HTTP/1.1\r\n{string.Join("\r\n", Enumerable.Range(0, 150).Select(i => $"X-{i}: 1"))}")),
        ("path the server does not take", () => Request($"GET /schedules/{One("%00", $"{Letters(3)}%00", Letters(9_000), "ü")} HTTP/1.1")),
        ("random bytes", () => [.. Bytes(random.Next(10, 2_000)), .. "\r\n\r\n"u8]),
    ];

    private string WrongKey() => One(
        Letters(random.Next(1, 80)), $"{NoTime}%7Creports%7Ca", $"{Time}%7CR%7Ca", $"{Time}%7Creports", $"{Time}%7Creports%7C", $"{Time}%7Creports%7Ca%7Cb",
        $"{Time}%7Creports%7C~{Letters(1)}", $"{Time}%7Creports%7Ca%2Fb", $"{Time}%7Creports%7C~2F", $"{Time}%7Creports%7C~C0~AF", "%7C%7C", ".sweep", ".probe",
        $"{Time[..19]}Z%7Creports%7Ca", $"{Time}|reports|..%5C");

    private string WrongPercent() => One("%", "%a", "%zz", "%FF", "%C0%AF", "%ED%A0%80", "%F5%80%80%80", "%E2%82", "%u0041", "%0%30", "%%");

    private string WrongParameter() => One(
        $"from={Letters(5)}", $"to={Letters(5)}", "from=2030-01-01T00:00:00+01:00", $"from={Uri.EscapeDataString(WrongTime())}", $"bucket={Uri.EscapeDataString(WrongBucket())}",
        $"limit={random.Next(1001, int.MaxValue)}", $"limit=-{random.Next()}", "limit=0", $"limit={Letters(3)}", "limit=", "limit=1%00", $"after={WrongKey()}", "after=", $"status={Letters(4)}",
        $"status=Pending", "from=", "bucket=%00", "limit=%D9%A1");
}
