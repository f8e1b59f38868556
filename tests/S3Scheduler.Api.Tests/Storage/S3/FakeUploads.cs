namespace S3Scheduler.Api.Tests.Storage.S3;

internal enum Step
{
    Look,
    Begin,
    Part,
    Complete,
    Abort,
}

/// <summary>The usual answers of a server to an upload in parts.</summary>
internal static class FakeUploads
{
    public const string ETag = "\"0f-2\"";

    private const string Date = "Date: Sat, 21 Nov 2026 19:05:00 GMT";

    public static string NotThere { get; } = FakeS3.Answer("404 Not Found");

    public static string Missing { get; } = FakeS3.Error("404 Not Found", "NoSuchUpload");

    public static Step StepOf(string request) => request.Split(' ', 3) switch
    {
        ["HEAD", _, _] => Step.Look,
        ["POST", var path, _] when path.EndsWith("?uploads", StringComparison.Ordinal) => Step.Begin,
        ["PUT", var path, _] when path.Contains("partNumber=", StringComparison.Ordinal) => Step.Part,
        ["POST", var path, _] when path.Contains("uploadId=u1", StringComparison.Ordinal) => Step.Complete,
        ["DELETE", var path, _] when path.Contains("uploadId=u1", StringComparison.Ordinal) => Step.Abort,
        _ => throw new NotSupportedException(request),
    };

    public static bool IsAt(this string request, Step step) => StepOf(request) == step;

    /// <summary>The answer to HEAD for an object that exists.</summary>
    public static string There(string etag, int size = 25) =>
        $"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\nETag: {etag}\r\nContent-Type: text/plain\r\n"
        + $"x-amz-meta-schedule-id: q7\r\nLast-Modified: Sat, 21 Nov 2026 19:04:00 GMT\r\n{Date}\r\n\r\n";

    public static string Answer(string request) => StepOf(request) switch
    {
        Step.Look => NotThere,
        Step.Begin => FakeS3.Answer("200 OK", Result("InitiateMultipartUpload", "<UploadId>u1</UploadId>")),
        Step.Part when request.Contains("x-amz-copy-source:", StringComparison.OrdinalIgnoreCase) =>
            FakeS3.Answer("200 OK", "<CopyPartResult><ETag>&quot;00ff&quot;</ETag></CopyPartResult>"),
        Step.Part => FakeS3.Answer("200 OK", headers: $"{Date}\r\nETag: \"00ff\""),
        Step.Complete => FakeS3.Answer("200 OK", Result("CompleteMultipartUpload", $"<ETag>{ETag}</ETag>")),
        _ => FakeS3.Answer("204 No Content").Replace("Content-Length: 0\r\n", "", StringComparison.Ordinal),
    };

    /// <summary>The requests that a server got, in their order.</summary>
    public static IReadOnlyList<Step> Steps(this FakeS3 server) => [.. server.Requests.Select(StepOf)];

    private static string Result(string name, string inside) =>
        $"<{name}Result><Bucket>bucket</Bucket><Key>here.html</Key>{inside}</{name}Result>";
}
