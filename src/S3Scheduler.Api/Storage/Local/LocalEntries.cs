using System.IO.Enumeration;

namespace S3Scheduler.Api.Storage.Local;

/// <summary>What lies in a folder, hidden files too. A folder that is not there (any more) has nothing.</summary>
internal sealed class LocalEntries(string folder)
    : FileSystemEnumerator<(string Name, bool IsFolder)>(folder, new EnumerationOptions { AttributesToSkip = 0 })
{
    protected override (string, bool) TransformEntry(ref FileSystemEntry entry)
        => (entry.FileName.ToString(), entry.IsDirectory);

    // ENOENT and ENOTDIR; on Windows ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND and ERROR_DIRECTORY.
    protected override bool ContinueOnError(int error) => error is 2 or 20 or 3 or 267;
}
