namespace S3Scheduler.Api.Tests.Lies;

/// <summary>An object of <see cref="MemoryS3"/>.</summary>
/// <param name="Headers">What was stored with it.</param>
internal sealed record MemoryObject(
    byte[] Content, string ETag, IReadOnlyList<(string Name, string Value)> Headers, DateTimeOffset StoredAt);

/// <summary>Objects in the order of their keys, which are ASCII here.</summary>
internal sealed class MemoryBucket
{
    private readonly List<string> _keys = [];
    private readonly Dictionary<string, MemoryObject> _objects = [];

    public MemoryObject? this[string key]
    {
        get => _objects.GetValueOrDefault(key);
        set
        {
            var at = _keys.BinarySearch(key, StringComparer.Ordinal);
            if (value is null)
            {
                if (at >= 0) _keys.RemoveAt(at);
                _objects.Remove(key);
                return;
            }

            if (at < 0) _keys.Insert(~at, key);
            _objects[key] = value;
        }
    }

    /// <summary>The keys with that prefix that come after another one.</summary>
    public IEnumerable<(string Key, MemoryObject Object)> After(string after, string prefix)
    {
        var isBehind = string.CompareOrdinal(after, prefix) >= 0;
        var at = _keys.BinarySearch(isBehind ? after : prefix, StringComparer.Ordinal);
        for (at = at < 0 ? ~at : isBehind ? at + 1 : at; at < _keys.Count; at++)
        {
            if (!_keys[at].StartsWith(prefix, StringComparison.Ordinal)) yield break;
            yield return (_keys[at], _objects[_keys[at]]);
        }
    }
}
