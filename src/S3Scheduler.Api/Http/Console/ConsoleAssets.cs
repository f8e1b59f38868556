using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace S3Scheduler.Api.Http.Console;

/// <summary>The console's files, which the assembly contains. Each is read and compressed once.</summary>
public sealed class ConsoleAssets
{
    private const string Root = "wwwroot/";
    private const string PageName = "index.html";

    // An address with this in it is never used for other files, because it changes with every byte of every file.
    private const int HashDigits = 16;

    private readonly FrozenDictionary<string, ConsoleAsset> _assets;

    public ConsoleAssets()
    {
        var files = typeof(ConsoleAssets).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Root, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToDictionary(name => name[Root.Length..], Read);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, bytes) in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name} {bytes.Length}\n"));
            hash.AppendData(bytes);
        }

        Hash = Convert.ToHexStringLower(hash.GetHashAndReset())[..HashDigits];
        files.Remove(PageName, out var template);
        Page = new ConsoleAsset(
            PageName, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(template!).Replace("{hash}", Hash)));
        _assets = files.ToFrozenDictionary(file => file.Key, file => new ConsoleAsset(file.Key, file.Value));
    }

    /// <summary>Of all files.</summary>
    public string Hash { get; }

    public ConsoleAsset Page { get; }

    public ConsoleAsset? Find(string path) => _assets.GetValueOrDefault(path);

    private static byte[] Read(string name)
    {
        using var resource = typeof(ConsoleAssets).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}

/// <summary>One file, as it is and compressed.</summary>
public sealed class ConsoleAsset
{
    private readonly byte[] _plain;
    private readonly byte[] _gzip;
    private readonly string _type;
    private readonly string _tag;

    public ConsoleAsset(string name, byte[] bytes)
    {
        (_plain, _gzip) = (bytes, Compress(bytes));
        _tag = Convert.ToHexStringLower(SHA256.HashData(bytes))[..16];
        _type = Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => "text/plain; charset=utf-8", // licences
        };
    }

    public IResult Answer(HttpContext context, string cacheControl)
    {
        var takesGzip = context.Request.GetTypedHeaders().AcceptEncoding
            .Any(coding => coding.Value == "gzip" && coding.Quality != 0);
        var headers = context.Response.Headers;
        (headers.CacheControl, headers.Vary) = (cacheControl, HeaderNames.AcceptEncoding);
        if (takesGzip) headers.ContentEncoding = "gzip";
        // Each encoding is another sequence of bytes, so it has a tag of its own.
        var tag = new EntityTagHeaderValue($"\"{_tag}{(takesGzip ? "-gzip" : "")}\"");
        return TypedResults.Bytes(takesGzip ? _gzip : _plain, _type, entityTag: tag);
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize)) gzip.Write(bytes);
        return compressed.ToArray();
    }
}
