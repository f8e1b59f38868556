namespace S3Scheduler.Api.Tests.Http.Fuzz;

/// <param name="Content">Null: the person has chosen no file, so a schedule would be wrong.</param>
/// <param name="Pauses">Whether the client is silent for some seconds in the middle.</param>
internal sealed record OddRequest(
    IReadOnlyList<string> Habits, byte[] Bytes, string Key, byte[]? Content, string Type, string Team, bool Pauses);

/// <summary>Random forms that mean a valid schedule, as real clients, libraries and proxies write them.</summary>
internal sealed class ClientHabits(Random random)
{
    private readonly List<string> _habits = [];

    public OddRequest Next(int number)
    {
        _habits.Clear();
        var key = $"{number}/{One("a.txt", "größe=1.txt", "a b+c%2F.txt", "日本/😀", "~|;?#&", "trailing/")}";
        var content = Bytes(random.Next(400));
        var team = One("billing", "a  b=c;\"d\"");
        var formCharset = Habit("the form names a charset")
            ? One("utf-8", "iso-8859-1", "us-ascii", "shift_jis")
            : null;
        List<byte[]> parts =
        [
            Field("dueAt", "2030-01-01T00:00:00Z", formCharset), Field("bucket", "reports", formCharset),
            Field("key", key, formCharset), Field("x-amz-meta-team", team, formCharset),
        ];
        var (file, meant, type) = File(content);
        parts.Add(file);
        var ordered = parts.ToArray();
        random.Shuffle(ordered);

        var (boundary, header) = Boundary();
        if (formCharset is not null) header = $"charset={formCharset}; {header}";
        return new OddRequest(
            [.. _habits], Send(Body(ordered, boundary), $"{One("multipart", "Multipart")}/form-data; {header}"),
            key, meant, type, team, Habit("the body pauses", 50));
    }

    private byte[] Field(string name, string value, string? formCharset)
    {
        var charset = Habit("a field names a charset")
            ? One("utf-8", "UTF-8", "us-ascii", "ISO-8859-1", "utf-16", "windows-1252")
            : null;
        var bytes = Encode(value, charset ?? formCharset);
        var isUtf8 = charset is null && formCharset is null;
        if (isUtf8 && Habit("a byte order mark", 20)) bytes = [0xEF, 0xBB, 0xBF, .. bytes];
        var headers = Disposition(name);
        if (charset is not null) headers.Add($"Content-Type: text/plain; charset={charset}");
        else if (Habit("a field has a type"))
            headers.Add($"Content-Type: {One("text/plain", "", "text/plain;", "text")}");
        return Part(headers, Transfer(headers, bytes));
    }

    private (byte[] Part, byte[]? Meant, string Type) File(byte[] content)
    {
        var isFile = random.Next(3) > 0;
        var isEmptyInput = isFile && Habit("a file input was left empty", 20);
        var headers = Disposition("content");
        if (isEmptyInput) headers[0] += "; filename=\"\"";
        else if (isFile)
            headers[0] += One("; filename=\"a b.csv\"", "; filename=a.csv", "; filename=\"größe;1.csv\"",
                "; filename*=UTF-8''gr%C3%B6%C3%9Fe.csv", "; size=5; filename=\"a.csv\"");
        var standard = isFile ? "application/octet-stream" : "text/plain";
        var (written, type) = One<(string?, string)>((null, standard), ("", standard), ("text/csv", "text/csv"),
            ("text/csv;", "text/csv"), ("TEXT/Csv;header=present", "TEXT/Csv;header=present"),
            ("text/plain; charset=utf-16", "text/plain; charset=utf-16"), ("text/csv; name=\"größe.csv\"", "refused"),
            ("multipart/mixed; boundary=\"a b\"", "multipart/mixed; boundary=\"a b\""));
        if (written is not null) headers.Add($"Content-Type: {written}");
        if (isEmptyInput) return (Part(headers, []), null, type);
        return (Part(headers, Transfer(headers, content)), content, type);
    }

    private List<string> Disposition(string name)
    {
        var quoted = Habit("names without quotes") ? name : $"\"{name}\"";
        List<string> headers = [$"{One("Content-Disposition", "content-disposition")}: form-data; name={quoted}"];
        if (Habit("other headers of a part")) headers.Add(One("X-Id: 1", "Content-ID: <1>", "MIME-Version: 1.0"));
        return headers;
    }

    private byte[] Transfer(List<string> headers, byte[] bytes)
    {
        if (!Habit("the part has an encoding")) return bytes;
        var encoding = One("7bit", "8bit", "binary", "BINARY", "base64", "quoted-printable", "gzip");
        if (encoding == "gzip") headers.Add("Content-Encoding: gzip");
        else headers.Insert(random.Next(2), $"Content-Transfer-Encoding: {encoding}");
        return encoding switch
        {
            "base64" => Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes)),
            "quoted-printable" => Encoding.ASCII.GetBytes(string.Concat(bytes.Select(b => $"={b:X2}"))),
            "gzip" => MalformedRequests.Gzip(bytes),
            _ => bytes,
        };
    }

    private (string Boundary, string Header) Boundary()
    {
        var boundary = One("----WebKitFormBoundary7MA4YWxk", "--===1626454906178===", "----=_Part_0_1337.1234", "a/b:c",
            "(a,b)?", "a'b+c", $"{random.NextInt64()}");
        var header = Habit("a boundary without quotes", 2) ? $"boundary={boundary}" : $"boundary=\"{boundary}\"";
        return (boundary, header);
    }

    private byte[] Body(IEnumerable<byte[]> parts, string boundary)
    {
        var padding = Habit("spaces after a boundary", 20) ? "  " : "";
        var delimiter = Encoding.ASCII.GetBytes($"--{boundary}{padding}\r\n");
        byte[] preamble = Habit("a preamble", 20) ? [.. "\r\n"u8] : [];
        byte[] epilogue = Habit("an epilogue", 20) ? [.. "\r\nend"u8] : [];
        return [.. preamble, .. parts.SelectMany(part => (byte[])[.. delimiter, .. part]),
            .. Encoding.ASCII.GetBytes($"--{boundary}--\r\n"), .. epilogue];
    }

    private byte[] Send(byte[] body, string type)
    {
        var head = new StringBuilder($"POST {One("/schedules", "/schedules/", "/scheduler/schedules")} HTTP/1.1\r\n")
            .Append("Host: localhost\r\nConnection: close\r\n").Append($"Content-Type: {type}\r\n");
        if (Habit("headers of a proxy"))
            head.Append(One("X-Forwarded-For: 203.0.113.7, 10.0.0.1\r\n", "X-Forwarded-Proto: https\r\n",
                "X-Forwarded-Prefix: /scheduler\r\n", "X-Forwarded-Host: scheduler.example.org\r\n",
                "Forwarded: for=203.0.113.7;proto=https\r\nVia: 1.1 proxy\r\n",
                "X-Forwarded-For: unknown\r\nX-Forwarded-Proto: https, http\r\n"));
        if (Habit("waits for 100 Continue")) head.Append("Expect: 100-continue\r\n");
        var isChunked = Habit("chunks");
        head.Append(isChunked ? "Transfer-Encoding: chunked\r\n\r\n" : $"Content-Length: {body.Length}\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head.ToString()), .. isChunked ? Chunks(body) : body];
    }

    private byte[] Chunks(byte[] body)
    {
        var chunks = body.Chunk(random.Next(1, 300)).SelectMany(chunk =>
            (byte[])[.. Encoding.ASCII.GetBytes($"{chunk.Length:x}\r\n"), .. chunk, .. "\r\n"u8]);
        return [.. chunks, .. "0\r\n\r\n"u8];
    }

    private static byte[] Part(IEnumerable<string> headers, byte[] body) =>
        [.. Encoding.UTF8.GetBytes($"{string.Join("\r\n", headers)}\r\n\r\n"), .. body, .. "\r\n"u8];

    // Some libraries name a charset, and send UTF-8 where the text does not fit it.
    private static byte[] Encode(string value, string? charset) => charset?.ToLowerInvariant() switch
    {
        "iso-8859-1" or "windows-1252" when value.All(c => c < 256) => Encoding.Latin1.GetBytes(value),
        "utf-16" => Encoding.Unicode.GetBytes(value),
        _ => Encoding.UTF8.GetBytes(value),
    };

    private bool Habit(string name, int oneIn = 8)
    {
        var has = random.Next(oneIn) == 0;
        if (has && !_habits.Contains(name)) _habits.Add(name);
        return has;
    }

    private T One<T>(params IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    private byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
