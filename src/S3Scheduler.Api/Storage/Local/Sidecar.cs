using System.Text.Json;
using System.Text.Json.Serialization;

namespace S3Scheduler.Api.Storage.Local;

/// <summary>
/// The file with an object's attributes. It is written before the content is moved to its place, and also holds the
/// attributes of the version before. So after a crash the attributes match the content, whichever version it is.
/// </summary>
internal sealed partial class Sidecar(string path)
{
    // In bytes. S3 allows 2 KB of metadata, and as much of headers.
    private const long Largest = 1 << 20;

    /// <param name="versions">Empty if there is no sidecar.</param>
    /// <returns>False: it is damaged. A fault of one sidecar must stay with its object.</returns>
    public bool TryRead(out LocalAttributes[] versions)
    {
        versions = [];
        if (FileKind.IsOther(path)) return false;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            if (file.Length > Largest) return false;
            if (JsonSerializer.Deserialize(file, Format.Default.LocalAttributesArray) is not { } read) return false;
            versions = read;
            return Array.TrueForAll(read, IsComplete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is JsonException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // JSON can have null, or nothing, where the types do not allow it.
    private static bool IsComplete(LocalAttributes? version) =>
        version is { Key: not null, ETag: not null, Attributes.Metadata: { } metadata }
        && metadata.Values.All(value => value is not null);

    public string Folder => Path.GetDirectoryName(path)!;

    public static async Task WriteAsync(
        LocalTemporary temporary, LocalAttributes[] versions, CancellationToken cancellation)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(versions, Format.Default.LocalAttributesArray);
        temporary.Clear();
        await temporary.FillAsync(new MemoryStream(json), cancellation);
        temporary.Complete();
    }

    /// <summary>Call it under the lock.</summary>
    public void Store(LocalTemporary temporary, string key)
    {
        if (!LocalFolders.TryClearFor(path) || !LocalFolders.TryMakeFor(path)) throw LocalFault.KeyIsTaken(key);
        temporary.MoveTo(path);
    }

    public void Delete()
    {
        if (FileKind.IsFolder(path)) LocalFolders.TryClearFor(path);
        else if (FileKind.Exists(path)) File.Delete(path);
    }

    [JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(LocalAttributes[]))]
    private sealed partial class Format : JsonSerializerContext;
}
