namespace S3Scheduler.Api.Storage.Local;

/// <summary>
/// The first keys after a given one. A directory has no order, so a folder is read to its end, but only as many keys
/// are held as are asked for, no file is opened, and folders that can't matter are left out.
/// </summary>
internal sealed class LocalListing(
    string bucket, string prefix, string startAfter, int count, CancellationToken cancellation)
{
    private static readonly KeyPath Names = KeyPath.OfThisSystem;
    private static readonly IComparer<string> LastFirst =
        Comparer<string>.Create((x, y) => ByteOrder.Instance.Compare(y, x));

    private readonly PriorityQueue<string, string> _first = new(LastFirst);

    /// <summary>In order.</summary>
    public IReadOnlyList<string> ToKeys()
    {
        var folder = prefix[..(prefix.LastIndexOf('/') + 1)];
        if (folder.Length == 0) Visit("", "", isPlain: true);
        else
        {
            var path = Names.FromKey(folder[..^1]);
            Visit(path, folder, path == folder[..^1]);
        }

        var keys = new string[_first.Count];
        for (var i = keys.Length - 1; i >= 0; i--) keys[i] = _first.Dequeue();
        return keys;
    }

    /// <param name="keys">What the keys in this folder start with.</param>
    /// <param name="isPlain">Whether that is the path itself, as is nearly always so.</param>
    private void Visit(string folder, string keys, bool isPlain)
    {
        using var entries = new LocalEntries(Path.Combine(bucket, folder));
        while (entries.MoveNext())
        {
            var (name, isFolder) = entries.Current;
            cancellation.ThrowIfCancellationRequested();
            var path = folder.Length == 0 ? name : $"{folder}{Path.DirectorySeparatorChar}{name}";
            var nameIsPlain = isPlain && Names.IsPlain(name);
            if (isFolder)
            {
                var below = nameIsPlain ? $"{keys}{name}/" : KeyPath.ToPrefix(path);
                if (Matters(below)) Visit(path, below, nameIsPlain);
            }
            else if ((nameIsPlain ? keys + name : Names.ToKey(path)) is { } key) Take(key);
        }
    }

    private bool Matters(string keys)
        => (keys.StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(keys, StringComparison.Ordinal))
           && (Follows(keys) || startAfter.StartsWith(keys, StringComparison.Ordinal))
           && (_first.Count < count || ByteOrder.Instance.Compare(keys, _first.Peek()) < 0);

    private void Take(string key)
    {
        if (!key.StartsWith(prefix, StringComparison.Ordinal) || !Follows(key)) return;
        if (_first.Count < count) _first.Enqueue(key, key);
        else _first.EnqueueDequeue(key, key);
    }

    private bool Follows(string key) => ByteOrder.Instance.Compare(key, startAfter) > 0;
}
