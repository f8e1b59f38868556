using System.Security.Cryptography;
using S3Scheduler.Api.Storage.Local;

namespace S3Scheduler.Api.Tests.Storage.Local;

/// <summary>A disk that, when the power is cut, has what was synced and nothing else.</summary>
internal sealed class ForgetfulDisk(string root) : LocalDisk(root)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _files = [];
    private readonly Dictionary<string, Dictionary<string, (byte[] Bytes, DateTime Written)?>> _folders = [];

    /// <summary>Called with each folder right before it is synced.</summary>
    public Action<string> BeforeSync { get; set; } = _ => { };

    public override void SyncFile(FileStream file)
    {
        base.SyncFile(file);
        var name = Name(File.ReadAllBytes(file.Name), File.GetLastWriteTimeUtc(file.Name));
        lock (_lock) _files.Add(name);
    }

    protected override bool SyncFolder(string folder)
    {
        BeforeSync(folder);
        var isThere = base.SyncFolder(folder);
        lock (_lock)
        {
            if (isThere && Directory.Exists(folder)) _folders[folder] = Read(folder);
            else _folders.Remove(folder);
        }

        return isThere;
    }

    /// <summary>Writes what is left to an empty directory.</summary>
    public void CutPower(string left)
    {
        lock (_lock) Restore(Root, left);
    }

    private void Restore(string folder, string left)
    {
        Directory.CreateDirectory(left);
        foreach (var (name, file) in _folders.GetValueOrDefault(folder) ?? [])
        {
            var path = Path.Combine(left, name);
            if (file is not { } found)
            {
                Restore(Path.Combine(folder, name), path);
                continue;
            }

            File.WriteAllBytes(path, found.Bytes);
            File.SetLastWriteTimeUtc(path, found.Written);
        }
    }

    private Dictionary<string, (byte[] Bytes, DateTime Written)?> Read(string folder)
    {
        var entries = new Dictionary<string, (byte[], DateTime)?>();
        foreach (var path in Directory.EnumerateDirectories(folder)) entries[Path.GetFileName(path)] = null;
        // The lock has no content, and a writer may hold it.
        foreach (var path in Directory.EnumerateFiles(folder).Where(file => Path.GetFileName(file) != "lock"))
        {
            try
            {
                var (bytes, written) = (File.ReadAllBytes(path), File.GetLastWriteTimeUtc(path));
                entries[Path.GetFileName(path)] = (_files.Contains(Name(bytes, written)) ? bytes : [], written);
            }
            catch (FileNotFoundException)
            {
                // It was moved or deleted meanwhile.
            }
        }

        return entries;
    }

    private static string Name(byte[] bytes, DateTime written) =>
        $"{Convert.ToHexString(SHA256.HashData(bytes))} {written.Ticks}";
}
