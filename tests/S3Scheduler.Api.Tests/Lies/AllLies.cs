using System.Globalization;
using S3Scheduler.Api.Tests.Simulation;

namespace S3Scheduler.Api.Tests.Lies;

/// <summary>Every kind of lie that the server knows.</summary>
internal static class AllLies
{
    /// <summary>No one can see through it.</summary>
    public const string EmptyPage = "empty page";

    private static readonly DateTimeOffset Ahead = new(2028, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly (string Status, string Code)[] Refusals =
    [
        ("500 Internal Server Error", "InternalError"), ("503 Slow Down", "SlowDown"),
        ("403 Forbidden", "AccessDenied"), ("400 Bad Request", "InvalidRequest"),
        ("429 Too Many Requests", "TooManyRequests"), ("405 Method Not Allowed", "MethodNotAllowed"),
        ("409 Conflict", "OperationAborted"), ("404 Not Found", "NoSuchBucket"),
        ("416 Range Not Satisfiable", "InvalidRange"), ("501 Not Implemented", "NotImplemented"),
        ("304 Not Modified", "NotModified"), ("999 Odd", "Odd"),
    ];

    private static readonly string[] OtherRoots =
    [
        "", "<", "{\"error\":1}", "<ListAllMyBucketsResult/>", "<Error><Code>SlowDown</Code></Error>", "<Error/>",
        "<html><Key>a</Key><ETag>00</ETag></html>", "<CopyObjectResult></CopyObjectResult>",
        "<DeleteResult></DeleteResult>",
    ];

    public static IReadOnlyList<Lie> All { get; } =
    [
        new("silence", false, Any, (_, _, _, _) => new([], Ending.Stalled)),
        new("stall", true, Any, (_, _, reply, dice) => new(Part(reply.ToBytes(), dice), Ending.Stalled)),
        new("hang-up", false, Any, (_, _, _, _) => new([], Ending.Closed)),
        new("cut", true, Any, (_, _, reply, dice) => new(Part(reply.ToBytes(), dice), Ending.Closed)),
        new("refusal", false, Any, Refuse),
        new("refusal after the fact", true, Any, Refuse),
        new("missing", false, IsRead, (truth, request, _, _) =>
            new(truth.Error(request, "404 Not Found", "NoSuchKey").ToBytes())),
        new("condition", false, r => r.Operation == S3Operation.Put, (truth, request, _, _) =>
            new(truth.Error(request, "412 Precondition Failed", "PreconditionFailed").ToBytes())),
        new("foreign page", false, Any, (truth, request, _, dice) => Page(truth, request, dice)),
        new("foreign page after the fact", true, Any, (truth, request, _, dice) => Page(truth, request, dice)),
        new("other root", false, Any, OtherRoot),
        new("longer length", true, Any, (_, _, reply, dice) => new(
            reply.ToBytes($"Content-Length: {reply.Body.Length + 1 + dice.Below(9)}"),
            dice.Chance(0.5) ? Ending.Closed : Ending.Stalled)),
        new("shorter length", true, r => r.Method != "HEAD", (_, _, reply, dice) => new(
            reply.ToBytes($"Content-Length: {dice.Below(Math.Max(1, reply.Body.Length))}"), Ending.Closed)),
        new("no length", true, Any, (_, _, reply, dice) => new(reply.ToBytes(dice.Pick(
            "Content-Length: few", "Content-Length: -5", "Transfer-Encoding: chunked")), Ending.Closed)),
        new("no HTTP", false, Any, (_, _, _, dice) => new(Encoding.ASCII.GetBytes(dice.Pick(
            "SSH-2.0-OpenSSH_9.2\r\n", "\r\n\r\n\r\n", "HTTP/1.1 OK\r\n\r\n")), Ending.Closed)),
        new("redirect", false, Any, Redirect),
        new("odd headers", true, r => r.Operation is S3Operation.Get or S3Operation.Head, (_, _, reply, dice) =>
            new(reply.With("ETag", dice.Pick("\"abc\"", "abc", "\"a\"b\"", "W/\"abc\""))
                .With("Content-Disposition", "attachment; filename=\"\u00e9.txt\"").ToBytes())),
        new("error inside a success", false, r => r.Operation == S3Operation.Copy, (truth, request, _, _) =>
            new(truth.Error(request, "200 OK", "InternalError").ToBytes())),
        new("nothing deleted", false, r => r.Operation == S3Operation.Delete && r.Key.Length == 0, Undeleted),
        .. OfLists,
    ];

    private static Lie[] OfLists =>
    [
        new("repeated page", false, IsList, (truth, request, _, dice) => new(truth.Page(
            request, Everything(request, truth).Take(dice.Pick(1, 2, 30)), true).ToBytes())),
        new("disordered page", false, IsList, (truth, request, reply, _) => new(reply.Text.Split("<Contents>") is
            [var start, var first, var second, .. var rest] ? (truth.Reply(request, "200 OK",
                string.Join("<Contents>", [start, Plain(second), Plain(first), .. rest.Select(Plain)])
                + "</ListBucketResult>")).ToBytes() : reply.ToBytes())),
        new("foreign keys", false, IsList, (truth, request, reply, _) => new(truth.Reply(request, "200 OK",
            reply.Text.Replace("</ListBucketResult>", "<Contents><Key>zzz</Key><Size>1</Size><ETag>00</ETag>"
                + "<LastModified>2026-11-21T19:04:00.000Z</LastModified></Contents></ListBucketResult>",
                StringComparison.Ordinal)).ToBytes())),
        new("empty page that goes on", false, IsList, (truth, request, _, _) =>
            new(truth.Page(request, [], true).ToBytes())),
        new(EmptyPage, false, IsList, (truth, request, _, _) => new(truth.Page(request, [], false).ToBytes())),
        new("endless list", false, IsList, (truth, request, reply, _) => new(truth.Reply(request, "200 OK",
            reply.Text.Replace("<IsTruncated>false", "<IsTruncated>true", StringComparison.Ordinal)).ToBytes())),
    ];

    private static bool Any(S3Message request) => true;

    private static bool IsList(S3Message request) => request.Operation == S3Operation.List;

    private static bool IsRead(S3Message request) =>
        request.Operation is S3Operation.Get or S3Operation.Head or S3Operation.Copy;

    private static byte[] Part(byte[] all, Dice dice) => all[..dice.Below(all.Length)];

    private static Sent Refuse(MemoryS3 truth, S3Message request, S3Reply reply, Dice dice)
    {
        var (status, code) = dice.Pick<(string, string)>(Refusals);
        return new(truth.Error(request, status, code).ToBytes());
    }

    // Of a proxy, whose clock is wrong.
    private static Sent Page(MemoryS3 truth, S3Message request, Dice dice) => new(
        truth.Reply(request, dice.Pick("200 OK", "403 Forbidden", "404 Not Found", "502 Bad Gateway"),
            dice.Pick("<html><body>Log in</body></html>", "Welcome", "<html><Key>a</Key><ETag>00</ETag></html>"))
            .With("Content-Type", "text/html").Without("x-amz-request-id")
            .With("Date", Ahead.ToString("R", CultureInfo.InvariantCulture)).ToBytes());

    private static Sent OtherRoot(MemoryS3 truth, S3Message request, S3Reply reply, Dice dice)
    {
        var root = truth.Reply(request, "200 OK", dice.Pick<string>(OtherRoots));
        // A LIST shows by its root that it is not the store's. Elsewhere nothing would tell whose clock this is.
        return new((IsList(request) ? root.With("Date", Ahead.ToString("R", CultureInfo.InvariantCulture)) : root)
            .ToBytes());
    }

    private static Sent Redirect(MemoryS3 truth, S3Message request, S3Reply reply, Dice dice)
    {
        var status = dice.Pick(
            "301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect");
        var refusal = truth.Error(request, status, "TemporaryRedirect");
        return new((dice.Below(4) switch
        {
            0 => refusal.With("Location", "::::"),
            1 => refusal.With("Location", $"/{request.Bucket}/{request.Key}".Replace('|', '-')),
            2 => refusal.With("x-amz-bucket-region", "eu-lie-1"),
            _ => refusal,
        }).ToBytes());
    }

    private static Sent Undeleted(MemoryS3 truth, S3Message request, S3Reply reply, Dice dice)
    {
        var code = dice.Pick("InternalError", "AccessDenied", "SlowDown");
        return new(truth.Reply(request, "200 OK", "<DeleteResult>" + string.Concat(MemoryS3.KeysToDelete(request)
            .Select(key => $"<Error><Key>{key}</Key><Code>{code}</Code></Error>")) + "</DeleteResult>").ToBytes());
    }

    private static IEnumerable<(string Key, MemoryObject Object)> Everything(S3Message request, MemoryS3 truth) =>
        truth.List(request.Bucket, request.Query.GetValueOrDefault("prefix", ""));

    private static string Plain(string contents) =>
        contents.Replace("</ListBucketResult>", "", StringComparison.Ordinal);
}
