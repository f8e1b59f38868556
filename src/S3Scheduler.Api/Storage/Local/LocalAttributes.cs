using Microsoft.Win32.SafeHandles;

namespace S3Scheduler.Api.Storage.Local;

/// <summary>What is stored about one version of an object besides its content.</summary>
/// <param name="Key">Differs from the expected key if the file system cannot tell the two names apart.</param>
internal sealed record LocalAttributes(string Key, FileVersion Version, string ETag, ObjectAttributes Attributes)
{
    private static readonly ObjectAttributes PlainFile = new() { ContentType = "application/octet-stream" };

    /// <summary>The attributes of a file that a person put there.</summary>
    public static LocalAttributes Plain(string key, FileVersion version) =>
        new(key, version, $"\"{version.Written.Ticks:x}-{version.Length:x}\"", PlainFile);

    /// <summary>What stands for attributes that are there and can't be read.</summary>
    public static LocalAttributes Lost(string key, FileVersion version) =>
        Plain(key, version) with { Attributes = PlainFile with { AreLost = true } };

    public ObjectInfo ToInfo() => new(Version.Length, ETag, new DateTimeOffset(Version.Written), Attributes);
}

/// <summary>Identifies the content of a file: two successive contents never have the same version.</summary>
internal readonly record struct FileVersion(long Length, DateTime Written)
{
    /// <summary>Null if there is no such file, or something else, such as a link or a pipe.</summary>
    public static FileVersion? Of(string path)
    {
        if (!FileKind.IsFile(path)) return null;
        var file = new FileInfo(path);
        return file.Exists ? new FileVersion(file.Length, file.LastWriteTimeUtc) : null;
    }

    public static FileVersion Of(SafeFileHandle file) =>
        new(RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));
}
