namespace S3Scheduler.Api.Tests.Http.Fuzz;

internal sealed partial class MalformedRequests
{
    private IEnumerable<(string Name, Func<byte[]> Make)> FramingCategories() =>
    [
        ("no boundary", () => Post(Multipart(ValidParts()),
            One("multipart/form-data", "multipart/form-data; charset=utf-8", "multipart/form-data; boundary="))),
        ("other boundary", () =>
            Post(Multipart(ValidParts()), $"multipart/form-data; boundary={Letters(random.Next(1, 70))}")),
        ("boundary too long", () =>
            Post(Multipart(ValidParts()), $"multipart/form-data; boundary={Letters(random.Next(71, 500))}")),
        ("boundary garbled", () => Post(Multipart(ValidParts()),
            $"multipart/form-data; boundary={One("\"", $"\"{Boundary}", "a b", ";;", "=", "\"\"")}")),
        ("no form", () => Post(Multipart(ValidParts()),
            One("text/plain", "application/json", "multipart/mixed; boundary=b0undary", "nonsense", "", "*/*"))),
        ("body cut short", () => Post(Cut(Multipart(ValidParts())))),
        ("no final boundary", () => Post([.. ValidParts().SelectMany(p => RawPart(p.Headers, p.Body))])),
        ("no body", () => Post([])),
        ("random body", () => Post(Bytes(random.Next(5_000)))),
        ("LF only", () => Post(Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(Multipart(ValidParts()))
            .Replace("\r\n", "\n", StringComparison.Ordinal)))),
        ("part header", () => Post(WithRawPart(WrongPartHeader(), "1"))),
        ("part header too long", () => Post(WithRawPart(
            "Content-Disposition: form-data; name=\"bucket\"\r\n"
                + $"X-{Letters(5)}: {Letters(random.Next(17_000, 40_000))}",
            "reports"))),
        ("too many part headers", () => Post(
            WithRawPart(string.Join("\r\n", Enumerable.Range(0, random.Next(20, 90)).Select(i => $"X-{i}: 1")), "1"))),
        ("too many parts", () =>
            Post(Enumerable.Range(0, random.Next(101, 300)).Select(i => new Part($"x-amz-meta-{i}", "1")))),
        ("preamble too long", () => Post(
            [.. Encoding.UTF8.GetBytes(Letters(random.Next(20_000, 40_000)) + "\r\n"), .. Multipart(ValidParts())])),
        ("nested form", () =>
            Post(With(new Part(One("bucket", "dueAt", "files"), Multipart(ValidParts())
            .Select(b => b == '0' ? (byte)'1' : b).ToArray(), "multipart/mixed; boundary=b1undary")))),
        ("body encoded", () => Post(
            Gzip(Multipart(ValidParts())), $"multipart/form-data; boundary={Boundary}\r\nContent-Encoding: gzip")),
        ("content length too small", () => Misstated(-random.Next(20, 100))),
        ("chunks garbled", () => Chunked($"{One("zz", "-1", "ffffffffffffffffff", "", "0x10")}\r\n")),
    ];

    private IEnumerable<(string Name, Func<byte[]> Make)> CutCategories() =>
    [
        ("chunks cut short", () => Chunked($"{random.Next(100, 4000):x}\r\n{Letters(50)}")),
        ("content length too large", () => Misstated(random.Next(1, 5_000))),
        ("head cut short", () => FormHead("Content-Length: 0")[..^random.Next(1, 100)]),
    ];

    private byte[] Cut(byte[] form)
    {
        // The cut is before the final boundary.
        var end = form.Length - $"--{Boundary}--\r\n".Length;
        return form[..random.Next(end)];
    }

    private byte[] WithRawPart(string headers, string body) =>
        [.. RawPart(headers, Encoding.UTF8.GetBytes(body)), .. Multipart(ValidParts().Where(p => p.Name != "bucket"))];

    private string WrongPartHeader() => One(
        "X-Nothing: 1", "Content-Type: text/plain", "Content-Disposition: attachment; name=\"bucket\"",
        "Content-Disposition: form-data",
        "Content-Disposition: form-data; name=\"\"", "Content-Disposition: form-data; name=", "Content-Disposition",
        ": form-data", "Content-Disposition: ",
        "Content-Disposition: form-data; name=\"bucket\"\r\nContent-Disposition: form-data; name=\"key\"",
        $"Content-Disposition: {Letters(9)}",
        "Content-Disposition: form-data; name=\"bucket", "Content-Disposition: form-data; filename=\"bucket\"",
        "\0: 1");

    public static byte[] Gzip(byte[] bytes)
    {
        var zipped = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(zipped, System.IO.Compression.CompressionLevel.Fastest,
            leaveOpen: true)) gzip.Write(bytes);
        return zipped.ToArray();
    }

    private byte[] Misstated(int by)
    {
        var body = Multipart(ValidParts());
        return [.. FormHead($"Content-Length: {body.Length + by}"), .. body];
    }

    private byte[] Chunked(string chunks) =>
        [.. FormHead("Transfer-Encoding: chunked"), .. Encoding.UTF8.GetBytes(One("", $"4\r\n--b0\r\n")),
            .. Encoding.UTF8.GetBytes(chunks)];

    private static byte[] FormHead(string length) => Encoding.UTF8.GetBytes(
        "POST /schedules HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        + $"Content-Type: multipart/form-data; boundary={Boundary}\r\n{length}\r\n\r\n");
}
