using System.IO.Enumeration;

namespace S3Scheduler.Api.Storage.Local;

/// <summary>
/// Finds the first keys after a given one. A directory has no order, so each folder is read completely. But no more
/// keys are held than are asked for, no file is opened, and folders that cannot contain such a key are skipped.
/// </summary>
internal sealed class LocalListing(
    string bucket, string prefix, string startAfter, int count, CancellationToken cancellation)
{
    private static readonly IComparer<string> LastFirst =
        Comparer<string>.Create((x, y) => ByteOrder.Instance.Compare(y, x));

    private readonly PriorityQueue<string, string> _first = new(LastFirst);

    /// <summary>In order.</summary>
    public IReadOnlyList<string> ToKeys()
    {
        var keysOfFolder = prefix[..(prefix.LastIndexOf('/') + 1)];
        var folder = keysOfFolder.Length == 0 ? "" : KeyPath.FromKey(keysOfFolder[..^1]) + '/';
        var isBehindLink = FileKind.IsBehindLink(Path.Combine(bucket, folder, "any"), Path.GetDirectoryName(bucket)!);
        if (!isBehindLink) Visit(folder, keysOfFolder, isPlain: folder == keysOfFolder);

        var keys = new string[_first.Count];
        for (var i = keys.Length - 1; i >= 0; i--) keys[i] = _first.Dequeue();
        return keys;
    }

    /// <param name="folder">Empty, or with a slash at its end.</param>
    /// <param name="keys">The prefix of the keys in this folder.</param>
    /// <param name="isPlain">Whether folder and prefix are equal, as they nearly always are.</param>
    private void Visit(string folder, string keys, bool isPlain)
    {
        using var entries = new Entries(Path.Combine(bucket, folder));
        while (entries.MoveNext())
        {
            var (name, isFolder) = entries.Current;
            cancellation.ThrowIfCancellationRequested();
            var path = folder + name;
            var nameIsPlain = isPlain && KeyPath.IsPlain(name);
            if (isFolder)
            {
                var below = nameIsPlain ? $"{path}/" : KeyPath.ToPrefix(path);
                if (CanContain(below)) Visit($"{path}/", below, nameIsPlain);
            }
            else if ((nameIsPlain ? path : KeyPath.ToKey(path)) is { } key)
            {
                Take(key);
            }
        }
    }

    private bool CanContain(string keys) =>
        (keys.StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(keys, StringComparison.Ordinal))
        && (Follows(keys) || startAfter.StartsWith(keys, StringComparison.Ordinal))
        && (_first.Count < count || ByteOrder.Instance.Compare(keys, _first.Peek()) < 0);

    private void Take(string key)
    {
        if (!key.StartsWith(prefix, StringComparison.Ordinal) || !Follows(key)) return;
        if (_first.Count < count) _first.Enqueue(key, key);
        else _first.EnqueueDequeue(key, key);
    }

    private bool Follows(string key) => ByteOrder.Instance.Compare(key, startAfter) > 0;

    /// <summary>
    /// The files and folders in a folder, hidden ones too, and no links: one to a folder may lead out of the store, or
    /// round in a circle. Nothing if the folder is missing.
    /// </summary>
    private sealed class Entries(string folder) : FileSystemEnumerator<(string Name, bool IsFolder)>(
        folder, new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint })
    {
        protected override (string, bool) TransformEntry(ref FileSystemEntry entry) =>
            (entry.FileName.ToString(), entry.IsDirectory);

        protected override bool ContinueOnError(int error) => error is 2 or 20; // ENOENT, ENOTDIR
    }
}
