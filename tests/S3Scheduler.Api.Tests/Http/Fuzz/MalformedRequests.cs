namespace S3Scheduler.Api.Tests.Http.Fuzz;

/// <param name="Refused">Who refuses it; nobody if the client is gone before that.</param>
internal sealed record MalformedRequest(string Category, byte[] Bytes, RefusedBy Refused);

internal enum RefusedBy
{
    Service,
    WebServer,
    Nobody,
}

/// <summary>Random requests, each with one fault.</summary>
/// <param name="kept">The path of a pending schedule.</param>
internal sealed partial class MalformedRequests(Random random, string kept)
{
    private const string Boundary = "b0undary";

    public IEnumerable<MalformedRequest> Take(int count)
    {
        var categories = FieldCategories().Concat(FramingCategories()).Concat(AddressCategories())
            .Concat(RouteCategories()).Concat(UploadCategories())
            .Select(c => (c.Name, c.Make, By: RefusedBy.Service))
            .Concat(ProtocolCategories().Select(c => (c.Name, c.Make, By: RefusedBy.WebServer)))
            .Concat(CutCategories().Select(c => (c.Name, c.Make, By: RefusedBy.Nobody))).ToList();
        for (var i = 0; i < count; i++)
        {
            var (name, make, by) = categories[i % categories.Count];
            yield return new MalformedRequest(name, make(), by);
        }
    }

    private static byte[] Request(string head, byte[]? body = null)
    {
        var length = body is null ? "" : $"Content-Length: {body.Length}\r\n";
        return [.. Encoding.UTF8.GetBytes($"{head}\r\nHost: localhost\r\nConnection: close\r\n{length}\r\n"),
            .. body ?? []];
    }

    private static byte[] Send(string method, string path) => Request($"{method} {path} HTTP/1.1");

    private static byte[] Post(byte[] body, string contentType = $"multipart/form-data; boundary={Boundary}") =>
        Request($"POST /schedules HTTP/1.1\r\nContent-Type: {contentType}", body);

    private static byte[] Post(IEnumerable<Part> parts) => Post(Multipart(parts));

    private static byte[] Multipart(IEnumerable<Part> parts) =>
        [.. parts.SelectMany(p => (byte[])[.. RawPart(p.Headers, p.Body)]),
            .. Encoding.UTF8.GetBytes($"--{Boundary}--\r\n")];

    private static byte[] RawPart(string headers, byte[] body) =>
        [.. Encoding.UTF8.GetBytes($"--{Boundary}\r\n{headers}\r\n\r\n"), .. body, .. "\r\n"u8];

    /// <summary>The parts of a valid form, in random order.</summary>
    private List<Part> ValidParts()
    {
        List<Part> parts =
        [
            new("dueAt", $"20{random.Next(40, 99)}-01-01T00:00:00Z"), new("bucket", "reports"),
            new("key", $"fuzz/{random.Next()}"),
            new("content", Bytes(random.Next(200))), new("x-amz-meta-a", "1"), new("Cache-Control", "no-cache"),
        ];
        var shuffled = parts.ToArray();
        random.Shuffle(shuffled);
        return [.. shuffled];
    }

    private List<Part> With(Part part) =>
        [.. ValidParts().Where(p => p.Name != part.Name).Append(part).OrderBy(_ => random.Next())];

    private List<Part> With(string name, string value) => With(new Part(name, value));

    private T One<T>(params IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    private byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private string Letters(int length) => random.GetString("abcdefghijklmnopqrstuvwxyz", length);
}
