using System.Text.Json;
using System.Text.Json.Serialization;

namespace S3Scheduler.Api.Storage.Local;

/// <summary>
/// The file with an object's attributes. It is written before the content is moved to its place, and also holds the
/// attributes of the version before. So after a crash the attributes match the content, whichever version it is.
/// </summary>
internal sealed partial class Sidecar(string path)
{
    /// <summary>Null if the sidecar does not hold that version.</summary>
    public LocalAttributes? Find(FileVersion version)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var versions = JsonSerializer.Deserialize(file, Format.Default.LocalAttributesArray);
            return Array.Find(versions ?? [], attributes => attributes.Version == version);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Call it under the lock.</summary>
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
