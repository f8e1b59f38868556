namespace S3Scheduler.Api.Storage.Local;

/// <summary>
/// Removes the temporary files of processes that died. They do no harm, but fill the disk. A process keeps its files
/// open while it writes them, and an open file is locked.
/// </summary>
internal sealed class LocalLeftovers(LocalPaths paths, TimeProvider time)
{
    private const int MostLooked = 1000;
    private const int MostRemoved = 100;

    /// <summary>How long there is nothing to look for, and how long a new file may not be locked yet.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long? _lastLook;

    /// <summary>Looks at some files, at most once a minute.</summary>
    public void RemoveSome()
    {
        lock (_lock)
        {
            if (_lastLook is { } last && time.GetElapsedTime(last) < Pause) return;
            _lastLook = time.GetTimestamp();
        }

        if (!FileKind.IsFolder(paths.Temporary)) return;
        var old = time.GetUtcNow().UtcDateTime - Pause;
        var removed = 0;
        foreach (var file in Directory.EnumerateFiles(paths.Temporary).Take(MostLooked))
            if (File.GetLastWriteTimeUtc(file) < old && TryRemove(file) && ++removed == MostRemoved) return;
    }

    private static bool TryRemove(string path)
    {
        if (!FileKind.IsFile(path)) return false;
        try
        {
            using var held = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            File.Delete(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // a living process writes it, or has just removed it
        }
    }
}
