namespace S3Scheduler.Api.Tests.Http.Fuzz;

internal sealed partial class MalformedRequests
{
    private IEnumerable<(string Name, Func<byte[]> Make)> FieldCategories() =>
    [
        ("due time out of range", () => Post(With("dueAt", WrongTime()))),
        ("due time that is none", () => Post(With("dueAt", Letters(random.Next(1, 40))))),
        ("delay that is none", () => Post(
            WithDelay(One("P", "PT", "P1Y", "P1M", "-PT1S", "PT1,5S", "10m", "PT1H1D", "P99999999D", Letters(9))))),
        ("due time and delay", () => Post([.. ValidParts(), new("delay", "PT10M")])),
        ("field missing", () => Post(Without(One("dueAt", "bucket", "key", "content")))),
        ("field twice", () => Post(Twice())),
        ("field unknown", () =>
            Post([.. ValidParts(), new($"{One("", "x-", "amz-", "X-Amz-")}{Letters(8)}", Letters(5))])),
        ("bucket name", () => Post(With("bucket", WrongBucket()))),
        ("key too long", () => Post(With("key", LongKey()))),
        ("key with NUL", () => Post(With("key", $"{Letters(random.Next(9))}\0{Letters(random.Next(9))}"))),
        ("own folder", () => Post([.. With("bucket", "scheduler")
            .Where(p => p.Name != "key"), new("key", $"{One("", "/")}schedules/{Letters(5)}")])),
        ("metadata value", () =>
            Post(With($"x-amz-meta-{Letters(3)}", $"{Letters(3)}{One("ü", "\n", "\t", "\u007f", "\0", "😀", " ")}"))),
        ("metadata name", () => Post(With($"x-amz-meta-{One("", " ", "a b", "a:b", "ä", "a/b", "a(b")}", "1"))),
        ("metadata reserved", () =>
            Post(With($"{One("x-amz-meta-", "X-AMZ-META-")}{One("schedule-id", "Schedule-Id")}", "1"))),
        ("metadata too long", () => Post([.. ValidParts(), .. Enumerable.Range(0, 5)
            .Select(i => new Part($"x-amz-meta-m{i}", Letters(random.Next(400, 600))))])),
        ("header value", () => Post(With(One("Content-Language", "Content-Encoding", "Content-Disposition"),
            One("ü", "a\r\nb", " a", "a\0b", "\u0001")))),
        ("content type", () =>
            Post(With(new Part("content", "a",
            One("text", "text/", "/", "a/b/c", "te xt/plain", "text/plain;=", "text/*", "ü/ü"))))),
        ("value too long", () => Post(
            With(One("dueAt", "bucket", "key", "x-amz-meta-a", "Cache-Control"), Letters(random.Next(9_000, 30_000))))),
        ("not UTF-8", () =>
            Post(With(new Part(One("dueAt", "bucket", "key", "x-amz-meta-a", "Content-Language"), NotUtf8())))),
        ("UTF-16", () => Post(With(Utf16(One("dueAt", "bucket", "key", "x-amz-meta-a"))))),
        ("field name not UTF-8", () => Post([.. RawPartNamed(NotUtf8()), .. Multipart(ValidParts())])),
    ];

    private string WrongTime()
    {
        var wrong = random.Next(6);
        var year = wrong == 0 ? One("10000", "99999", "-2030", "030") : "2030";
        var (month, day) = (wrong == 1 ? random.Next(13, 100) : 12, wrong == 2 ? random.Next(32, 100) : 31);
        var (hour, minute) = (wrong == 3 ? random.Next(24, 100) : 23, wrong == 4 ? random.Next(60, 100) : 59);
        var offset = wrong == 5 ? One("+24:00", "+0100", "ZZ", "+1:00", "Z ", ".Z", "+01:60", "UTC") : "Z";
        return $"{year}-{month:00}-{day:00}T{hour:00}:{minute:00}:59{offset}";
    }

    private string WrongBucket()
    {
        var name = Letters(random.Next(3, 30));
        return One(
            name[..2], Letters(random.Next(256, 400)), $"-{name}", $"_{name}", $".{name}", $"arn:aws:s3:::{name}",
            $"{name}/a", $"{name} ", $"{name}|a", $"../{name}", "..", $"{name}\n", $"é{name}");
    }

    private string LongKey() => random.Next(3) switch
    {
        0 => Letters(random.Next(951, 3000)),
        1 => new string(One('/', '~', '|', '%', '\\'), random.Next(476, 3000)),
        _ => string.Concat(Enumerable.Repeat(One("é", "日", "😀"), random.Next(476, 1500))),
    };

    private IEnumerable<Part> WithDelay(string delay) => [.. Without("dueAt"), new("delay", delay)];

    private IEnumerable<Part> Without(string name) => ValidParts().Where(p => p.Name != name);

    private List<Part> Twice()
    {
        var parts = ValidParts();
        return [.. parts, parts[random.Next(parts.Count)]];
    }

    // Invalid bytes, overlong forms, surrogates, beyond Unicode, cut short.
    private byte[] NotUtf8() =>
        [.. Encoding.UTF8.GetBytes(Letters(4)), .. One<byte[]>([0xFF], [0xC0, 0xAF], [0xE0, 0x80, 0xAF],
            [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xC3])];

    private static Part Utf16(string name) => new(name, Encoding.Unicode.GetBytes("2030-01-01"));

    private byte[] RawPartNamed(byte[] name) =>
        [.. Encoding.UTF8.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"{One("", "x-amz-meta-")}"),
            .. name, .. "\"\r\n\r\n1\r\n"u8];
}
