namespace S3Scheduler.Api.Storage.Local;

/// <summary>Creates and removes the folders above files. Call it under the lock.</summary>
internal static class LocalFolders
{
    /// <summary>False if a file has the name of a needed folder.</summary>
    public static bool TryMakeFor(string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        for (var above = folder; above is not null; above = Path.GetDirectoryName(above))
            if (File.Exists(above)) return false;
        Directory.CreateDirectory(folder);
        return true;
    }

    /// <summary>Removes empty folders where the file belongs; a crash can leave them behind.</summary>
    /// <returns>False if there are files in them.</returns>
    public static bool TryClearFor(string file)
    {
        if (!FileKind.IsFolder(file)) return true;
        if (Directory.EnumerateFiles(file, "*", SearchOption.AllDirectories).Any()) return false;
        Directory.Delete(file, recursive: true);
        return true;
    }

    /// <summary>Removes this folder and those above it if they are empty, but not <paramref name="top"/>.</summary>
    public static void Prune(string folder, string top, LocalDisk disk)
    {
        try
        {
            for (; folder.Length > top.Length; folder = Path.GetDirectoryName(folder)!)
            {
                if (!Directory.Exists(folder)) continue;
                if (Directory.EnumerateFileSystemEntries(folder).Any()) return;
                Directory.Delete(folder);
                disk.Removed(folder);
            }
        }
        catch (IOException)
        {
            // A person has just put a file there, so the folder stays.
        }
    }
}
