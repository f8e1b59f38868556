using System.Net.Http.Headers;
using Amazon.S3.Model;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>Attributes as headers of requests and answers.</summary>
internal static class S3Attributes
{
    // What S3 itself stores without a Content-Type. The SDK would send one guessed from the key, or text/plain.
    private const string NoContentType = "binary/octet-stream";

    private static readonly HashSet<string> Names =
        new(ObjectHeader.All.Select(header => header.Name), StringComparer.OrdinalIgnoreCase);

    /// <exception cref="StoreException">A header can't carry a value.</exception>
    public static void Write(ObjectAttributes from, HeadersCollection headers, MetadataCollection metadata)
    {
        foreach (var header in ObjectHeader.All) headers[header.Name] = Checked(header.Name, header.Get(from));
        headers.ContentType = ContentType(from.ContentType ?? NoContentType);
        foreach (var (name, value) in from.Metadata)
            metadata[ObjectHeader.MetadataPrefix + Checked("The name of metadata", name)] = Checked(name, value);
    }

    /// <summary>The headers of an answer that are attributes. Call it before anything parses them.</summary>
    public static Dictionary<string, string> Unparsed(HttpResponseMessage answer)
        => answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated)
            .Where(header => Names.Contains(header.Key) || IsMetadata(header.Key))
            .ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);

    public static ObjectAttributes Read(IReadOnlyDictionary<string, string> headers)
    {
        var read = new ObjectAttributes
        {
            Metadata = headers.Where(header => IsMetadata(header.Key)).ToDictionary(
                header => header.Key[ObjectHeader.MetadataPrefix.Length..].ToLowerInvariant(), header => header.Value),
        };
        foreach (var header in ObjectHeader.All) read = header.With(read, headers.GetValueOrDefault(header.Name));
        return read.ContentType is "" or NoContentType ? read with { ContentType = null } : read;
    }

    private static bool IsMetadata(string name) =>
        name.StartsWith(ObjectHeader.MetadataPrefix, StringComparison.OrdinalIgnoreCase);

    private static string ContentType(string value) => MediaTypeHeaderValue.TryParse(value, out _)
        ? Checked(ObjectHeader.ContentType.Name, value)!
        : throw Wrong(ObjectHeader.ContentType.Name);

    private static string? Checked(string name, string? value)
        => value is null || value.All(c => c is >= ' ' and <= '~') ? value : throw Wrong(name);

    private static StoreException Wrong(string name)
        => new("InvalidArgument", $"{name} has a value that a header can't carry.", isTransient: false);
}
