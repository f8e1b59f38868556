namespace S3Scheduler.Api.Storage.Local;

/// <summary>The folders above a file come and go with the files in them. Call under the lock.</summary>
internal static class LocalFolders
{
    /// <summary>False where a file stands in the way.</summary>
    public static bool TryMakeFor(string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        try
        {
            Directory.CreateDirectory(folder);
            return true;
        }
        catch (IOException) when (IsBelowFile(folder))
        {
            return false;
        }
    }

    /// <summary>Makes room for a file where folders stand that hold none, such as a crash leaves behind.</summary>
    /// <returns>False where there are files below.</returns>
    public static bool TryClearFor(string file)
    {
        if (!Directory.Exists(file)) return true;
        if (Directory.EnumerateFiles(file, "*", SearchOption.AllDirectories).Any()) return false;
        Directory.Delete(file, recursive: true);
        return true;
    }

    /// <summary>Removes this folder and those above it that are empty, but not <paramref name="top"/>.</summary>
    public static void Prune(string folder, string top)
    {
        try
        {
            for (; folder.Length > top.Length; folder = Path.GetDirectoryName(folder)!)
            {
                if (!Directory.Exists(folder)) continue;
                if (Directory.EnumerateFileSystemEntries(folder).Any()) return;
                Directory.Delete(folder);
            }
        }
        catch (IOException)
        {
            // Somebody has just put a file there: it is not empty any more.
        }
    }

    private static bool IsBelowFile(string? folder)
    {
        for (; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(folder)) return true;
        return false;
    }
}
