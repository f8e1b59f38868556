using System.Net.Http.Headers;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>A form to post. Its parts are sent in their order here.</summary>
internal sealed record Form
{
    public const string Boundary = "----boundary";

    private Form(params IReadOnlyList<Part> parts) => Parts = parts;

    public IReadOnlyList<Part> Parts { get; private init; }

    /// <summary>A form without a due time.</summary>
    public static Form To(string bucket, string key) =>
        new(new Part("bucket", bucket), new Part("key", key), new Part("content", "hello"));

    public static Form Of(params IReadOnlyList<Part> parts) => new(parts);

    /// <summary>Replaces the part with that name, or adds it as the last.</summary>
    public Form With(string name, string value) => With(new Part(name, value));

    public Form With(Part part) => Parts.Any(p => p.Name == part.Name)
        ? new Form([.. Parts.Select(p => p.Name == part.Name ? part : p)])
        : And(part);

    public Form And(Part part) => new([.. Parts, part]);

    public Form Without(string name) => new([.. Parts.Where(p => p.Name != name)]);

    public Form DueAt(string dueAt) => With("dueAt", dueAt);

    public Form DueAt(DateTimeOffset dueAt) => DueAt(dueAt.UtcDateTime.ToString("O"));

    public Form File(byte[] content, string? contentType = null, string fileName = "file.bin") =>
        With(new Part("content", content, contentType, fileName));

    public byte[] ToBytes()
    {
        var body = new MemoryStream();
        foreach (var part in Parts)
            body.Write(
                [.. Encoding.UTF8.GetBytes($"--{Boundary}\r\n{part.Headers}\r\n\r\n"), .. part.Body, .. "\r\n"u8]);
        body.Write(Encoding.UTF8.GetBytes($"--{Boundary}--\r\n"));
        return body.ToArray();
    }

    public HttpContent ToContent() => new ByteArrayContent(ToBytes())
    {
        Headers = { ContentType = MediaTypeHeaderValue.Parse($"multipart/form-data; boundary={Boundary}") },
    };
}

/// <param name="FileName">Null for a plain field.</param>
internal sealed record Part(string Name, byte[] Body, string? ContentType = null, string? FileName = null)
{
    public Part(string name, string value, string? type = null) : this(name, Encoding.UTF8.GetBytes(value), type)
    {
    }

    public string Headers => $"Content-Disposition: form-data; name=\"{Name}\""
        + (FileName is null ? "" : $"; filename=\"{FileName}\"")
        + (ContentType is null ? "" : $"\r\nContent-Type: {ContentType}");
}
