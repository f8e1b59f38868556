using Microsoft.Win32.SafeHandles;

namespace S3Scheduler.Api.Storage.Local;

/// <summary>What tells a file's content from the one before: no two that follow each other have the same.</summary>
internal readonly record struct FileVersion(long Length, DateTime Written)
{
    /// <summary>Null where there is no such file. A link is none: it may lead anywhere, or nowhere.</summary>
    public static FileVersion? Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists && file.LinkTarget is null ? new FileVersion(file.Length, file.LastWriteTimeUtc) : null;
    }

    public static FileVersion Of(SafeFileHandle file)
        => new(RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));
}
