using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace S3Scheduler.Api.Storage.Local;

/// <summary>
/// Makes changes last when the machine loses its power: a file must be on disk before it is moved to its place, and its
/// folder after that. All who wait for a folder share the next sync of it.
/// </summary>
internal class LocalDisk
{
    private const int CloseOnExec = 0x10; // and open for reading
    private const int NotSupported = 22; // EINVAL: a file system that has nothing to sync here

    private readonly SharedWork<string, bool> _syncs;

    /// <summary>The folders whose own entry in the folder above is on disk.</summary>
    private readonly ConcurrentDictionary<string, bool> _placed = [];
    private int _removals;

    /// <param name="root">The store's directory.</param>
    public LocalDisk(string root) => (Root, _syncs) = (root, new SharedWork<string, bool>(Sync));

    protected string Root { get; }

    /// <summary>Returns when the folders are on disk as they are now. One that is gone is gone there, too.</summary>
    public async Task SyncAsync(params IEnumerable<string> folders)
    {
        var removals = Volatile.Read(ref _removals);
        var chain = folders.SelectMany(WithThoseAbove).Distinct().ToList();
        var areThere = await Task.WhenAll(chain.Select(folder => _syncs.AskAsync(folder, CancellationToken.None)));
        if (removals != Volatile.Read(ref _removals)) return;
        foreach (var (folder, isThere) in chain.Zip(areThere))
            if (isThere) _placed[folder] = true;
    }

    /// <summary>Call it after a folder was removed: one that takes its place is another one.</summary>
    public void Removed(string folder)
    {
        Interlocked.Increment(ref _removals);
        _placed.TryRemove(folder, out _);
    }

    public virtual void SyncFile(FileStream file) => file.Flush(flushToDisk: true);

    /// <returns>False: it is gone.</returns>
    protected virtual bool SyncFolder(string folder)
    {
        // .NET opens no folders. These are the calls that it uses itself for files.
        var handle = Open(folder, CloseOnExec, 0);
        if (handle < 0) return false;
        try
        {
            if (FSync(handle) != 0 && Marshal.GetLastPInvokeError() is var error and not NotSupported)
                throw new IOException($"A folder can't be synced (error {error}).");
            return true;
        }
        finally
        {
            _ = Close(handle);
        }
    }

    private IEnumerable<string> WithThoseAbove(string folder)
    {
        yield return folder;
        while (folder.Length > Root.Length && !_placed.ContainsKey(folder))
            yield return folder = Path.GetDirectoryName(folder)!;
    }

    // One after the other: a file system's journal takes them together, and the first sync waits for all of it.
    private Dictionary<string, bool> Sync(IReadOnlyCollection<string> folders) =>
        folders.ToDictionary(folder => folder, SyncFolder);

    [DllImport("libSystem.Native", EntryPoint = "SystemNative_Open", SetLastError = true, BestFitMapping = false,
        ThrowOnUnmappableChar = true)]
    private static extern nint Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, int mode);

    [DllImport("libSystem.Native", EntryPoint = "SystemNative_FSync", SetLastError = true)]
    private static extern int FSync(nint handle);

    [DllImport("libSystem.Native", EntryPoint = "SystemNative_Close", SetLastError = true)]
    private static extern int Close(nint handle);
}
