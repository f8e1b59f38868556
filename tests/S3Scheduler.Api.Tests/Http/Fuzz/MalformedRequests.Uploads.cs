using System.Text.Json.Nodes;

namespace S3Scheduler.Api.Tests.Http.Fuzz;

internal sealed partial class MalformedRequests
{
    private IEnumerable<(string Name, Func<byte[]> Make)> UploadCategories() =>
    [
        ("upload: value", () => Upload(UploadWith(WrongMember()))),
        ("upload: metadata", () =>
            Upload(UploadWith(("metadata", new JsonObject { [One("", "a b", "ä", "schedule-id", "a:")] = "1" })))),
        ("upload: member missing", () => Upload(UploadWithout(One("dueAt", "bucket", "key")))),
        ("upload: member unknown", () => Upload(UploadWith(($"x{Letters(8)}", WrongJson())))),
        ("upload: member of another type", () =>
            Upload(UploadWith((One("dueAt", "bucket", "key", "metadata", "size", "sha256"), WrongJson())))),
        ("upload: no object", () =>
            Upload(One("", "null", "[]", "5", "\"a\"", "{", "}", "{\"a\"", "\0", "{} {}", "[{}]", "{'a':1}"))),
        ("upload: cut short", () => Upload(Cut(UploadWith(("size", 5)).ToJsonString()))),
        ("upload: half of a surrogate pair", () => Upload(UploadWith().ToJsonString()
            .Replace("reports", One("\\ud800", "\\udc00a", "a\\ud83d"), StringComparison.Ordinal))),
        ("upload: not UTF-8", () => Upload([.. "{\"bucket\":\""u8, .. NotUtf8(), .. "\"}"u8])),
        ("upload: deep", () => Upload($"{{\"a\":{new string('[', random.Next(65, 3000))}")),
        ("upload: too large", () => Upload(UploadWith(("cacheControl", Letters(random.Next(70_000, 200_000)))))),
        ("upload: no JSON by its type", () => Upload(Encoding.UTF8.GetBytes(UploadWith().ToJsonString()),
            One("text/plain", "multipart/form-data; boundary=a", "nonsense", ""))),
    ];

    private static byte[] Upload(byte[] body, string contentType = "application/json") =>
        Request($"POST /schedules/uploads HTTP/1.1\r\nContent-Type: {contentType}", body);

    private static byte[] Upload(string body) => Upload(Encoding.UTF8.GetBytes(body));

    private static byte[] Upload(JsonObject body) => Upload(body.ToJsonString());

    private JsonObject UploadWith(params IEnumerable<(string Name, JsonNode? Value)> members)
    {
        var body = new JsonObject { ["dueAt"] = "2040-01-01T00:00:00Z", ["bucket"] = "reports" };
        body["key"] = $"fuzz/{random.Next()}";
        foreach (var (name, value) in members) body[name] = value;
        return body;
    }

    private JsonObject UploadWithout(string name)
    {
        var body = UploadWith();
        body.Remove(name);
        return body;
    }

    private (string, JsonNode?) WrongMember() => One<(string, JsonNode?)>(
        ("dueAt", WrongTime()), ("delay", "PT10M"), ("bucket", WrongBucket()), ("key", LongKey()), ("key", "a\0b"),
        ("contentType", One("text", "ü/ü", "*/*")),
        ("cacheControl", "a\r\nb"), ("contentLanguage", "ü"), ("size", -random.NextInt64(1, long.MaxValue)),
        ("size", random.NextInt64((5L << 30) + 1, long.MaxValue)),
        ("sha256", Letters(64)), ("sha256", ""), ("sha256", new string('a', random.Next(1, 64))));

    private JsonNode WrongJson() => One<Func<JsonNode>>(() => new JsonArray(1), () => true, () => 1.5, () =>
        new JsonObject { ["a"] = new JsonArray() })();

    private string Cut(string json) => json[..random.Next(json.Length)];
}
