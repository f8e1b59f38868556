using System.Text.Json;
using System.Text.Json.Serialization;

namespace S3Scheduler.Api.Storage.Local;

/// <summary>
/// The file beside an object's content that holds its attributes. It is written before the content moves to its place,
/// and until the next time holds those of the version before as well: whichever content is there after a crash, its
/// own attributes are too.
/// </summary>
internal sealed partial class Sidecar(string path)
{
    /// <summary>Null where nothing is known of that version.</summary>
    public LocalAttributes? Find(FileVersion version)
    {
        try
        {
            using var file = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var versions = JsonSerializer.Deserialize(file, Format.Default.LocalAttributesArray);
            return Array.Find(versions ?? [], attributes => attributes.Version == version);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Call under the lock.</summary>
    public async Task WriteAsync(LocalTemporary temporary, LocalAttributes[] versions, CancellationToken cancellation)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(versions, Format.Default.LocalAttributesArray);
        await temporary.FillAsync(new MemoryStream(json), cancellation);
        temporary.Complete();
        LocalFolders.TryMakeFor(path);
        temporary.MoveTo(path);
    }

    public void Delete()
    {
        if (File.Exists(path)) File.Delete(path);
    }

    [JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(LocalAttributes[]))]
    private sealed partial class Format : JsonSerializerContext;
}
