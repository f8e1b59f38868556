using System.IO.Enumeration;

namespace S3Scheduler.Api.Storage.Local;

/// <summary>
/// Reads a folder once, and finds the first keys of each request. No more keys are held than are asked for, no file is
/// opened, and folders that cannot contain such a key are skipped.
/// </summary>
/// <param name="requests">All of the same folder. Each gets one key more than its limit, if there is one.</param>
internal sealed class LocalListing(string bucket, IReadOnlyCollection<ListRequest> requests)
{
    private readonly List<Wanted> _wanted = [.. requests.Select(request => new Wanted(request))];

    /// <summary>In order.</summary>
    public IReadOnlyDictionary<ListRequest, IReadOnlyList<string>> ToKeys()
    {
        var keysOfFolder = requests.First().Folder;
        var folder = keysOfFolder.Length == 0 ? "" : KeyPath.FromKey(keysOfFolder[..^1]) + '/';
        var isBehindLink = FileKind.IsBehindLink(Path.Combine(bucket, folder, "any"), Path.GetDirectoryName(bucket)!);
        if (!isBehindLink) Visit(folder, keysOfFolder, isPlain: folder == keysOfFolder);
        return _wanted.ToDictionary(w => w.Request, IReadOnlyList<string> (w) => w.ToKeys());
    }

    /// <param name="folder">Empty, or with a slash at its end.</param>
    /// <param name="keys">The prefix of the keys in this folder.</param>
    /// <param name="isPlain">Whether folder and prefix are equal, as they nearly always are.</param>
    private void Visit(string folder, string keys, bool isPlain)
    {
        using var entries = new Entries(Path.Combine(bucket, folder), file => !isPlain || MayBeWanted(folder, file));
        while (entries.MoveNext())
        {
            var (name, isFolder) = entries.Current;
            var path = folder + name;
            var nameIsPlain = isPlain && KeyPath.IsPlain(name);
            if (isFolder)
            {
                var below = nameIsPlain ? $"{path}/" : KeyPath.ToPrefix(path);
                if (_wanted.Exists(w => w.CanBeIn(below))) Visit($"{path}/", below, nameIsPlain);
            }
            else if ((nameIsPlain ? path : KeyPath.ToKey(path)) is { } key)
            {
                foreach (var wanted in _wanted) wanted.Take(key);
            }
        }
    }

    // Nearly all files of a long folder are on other pages, so passing one over allocates nothing.
    private bool MayBeWanted(string keys, ReadOnlySpan<char> file)
    {
        if (!KeyPath.IsPlain(file)) return true;
        Span<char> key = stackalloc char[keys.Length + file.Length];
        keys.CopyTo(key);
        file.CopyTo(key[keys.Length..]);
        foreach (var wanted in _wanted)
            if (wanted.Takes(key)) return true;
        return false;
    }

    /// <summary>The first keys of one request.</summary>
    private sealed class Wanted(ListRequest request)
    {
        private static readonly IComparer<string> LastFirst =
            Comparer<string>.Create((x, y) => ByteOrder.Instance.Compare(y, x));

        private readonly PriorityQueue<string, string> _first = new(LastFirst);

        public ListRequest Request => request;

        public bool CanBeIn(string keys) =>
            (keys.StartsWith(request.Prefix, StringComparison.Ordinal)
                || request.Prefix.StartsWith(keys, StringComparison.Ordinal))
            && (Follows(keys) || request.StartAfter.StartsWith(keys, StringComparison.Ordinal)) && IsAmongFirst(keys);

        public bool Takes(ReadOnlySpan<char> key) =>
            key.StartsWith(request.Prefix, StringComparison.Ordinal) && Follows(key) && IsAmongFirst(key);

        public void Take(string key)
        {
            if (!Takes(key)) return;
            if (_first.Count > request.Limit) _first.Dequeue();
            _first.Enqueue(key, key);
        }

        public string[] ToKeys()
        {
            var keys = new string[_first.Count];
            for (var i = keys.Length - 1; i >= 0; i--) keys[i] = _first.Dequeue();
            return keys;
        }

        private bool Follows(ReadOnlySpan<char> key) => ByteOrder.Compare(key, request.StartAfter) > 0;

        private bool IsAmongFirst(ReadOnlySpan<char> key) =>
            _first.Count <= request.Limit || ByteOrder.Compare(key, _first.Peek()) < 0;
    }

    /// <summary>
    /// The files and folders in a folder, hidden ones too, and no links: one to a folder may lead out of the store, or
    /// round in a circle. Nothing if the folder is missing.
    /// </summary>
    private sealed class Entries(string folder, Func<ReadOnlySpan<char>, bool> mayBeWanted)
        : FileSystemEnumerator<(string Name, bool IsFolder)>(
            folder, new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint })
    {
        protected override bool ShouldIncludeEntry(ref FileSystemEntry entry) =>
            entry.IsDirectory || mayBeWanted(entry.FileName);

        protected override (string, bool) TransformEntry(ref FileSystemEntry entry) =>
            (entry.FileName.ToString(), entry.IsDirectory);

        protected override bool ContinueOnError(int error) => error is 2 or 20; // ENOENT, ENOTDIR
    }
}
