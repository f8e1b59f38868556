namespace S3Scheduler.Api.Tests.Lies;

/// <summary>An answer of an S3 server, before anybody has changed it.</summary>
/// <param name="HasBody">False: it answers HEAD, and its body is not sent.</param>
internal sealed record S3Reply(
    string Status, byte[] Body, bool HasBody, params IReadOnlyList<(string Name, string Value)> Headers)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public byte[] ToBytes(string? length = null)
    {
        var head = new StringBuilder($"HTTP/1.1 {Status}\r\n");
        foreach (var (name, value) in Headers) head.Append(null, $"{name}: {value}\r\n");
        head.Append(null, $"{length ?? $"Content-Length: {Body.Length}"}\r\n\r\n");
        return [.. Encoding.Latin1.GetBytes(head.ToString()), .. HasBody ? Body : []];
    }

    public S3Reply With(string name, string value) =>
        this with { Headers = [.. Without(name).Headers, (name, value)] };

    public S3Reply Without(string name) => this with
    {
        Headers = [.. Headers.Where(h => !h.Name.Equals(name, StringComparison.OrdinalIgnoreCase))],
    };
}

/// <summary>What is sent in the end.</summary>
internal sealed record Sent(byte[] Bytes, Ending Ending = Ending.Open);

internal enum Ending
{
    /// <summary>The connection can be used again.</summary>
    Open,

    Closed,

    /// <summary>Nothing more comes, and the connection stays open until the client hangs up.</summary>
    Stalled,
}
