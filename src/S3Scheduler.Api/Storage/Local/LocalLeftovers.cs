namespace S3Scheduler.Api.Storage.Local;

/// <summary>Temporary files of processes that died. They are in nobody's way, but fill the disk.</summary>
internal sealed class LocalLeftovers(string folder, TimeProvider time)
{
    // Longer than any upload stands still.
    private static readonly TimeSpan Age = TimeSpan.FromDays(1);

    private int _removed;

    public void RemoveOnce()
    {
        if (Interlocked.Exchange(ref _removed, 1) == 1 || !Directory.Exists(folder)) return;

        var old = time.GetUtcNow().UtcDateTime - Age;
        foreach (var file in Directory.EnumerateFiles(folder))
            if (File.GetLastWriteTimeUtc(file) < old) File.Delete(file);
    }
}
