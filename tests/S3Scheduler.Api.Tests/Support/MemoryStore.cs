using System.Security.Cryptography;

namespace S3Scheduler.Api.Tests.Support;

/// <summary>
/// An S3 server in memory, with a clock of its own, that executes each request at one moment. The hooks run before and
/// after that moment. If the first one throws, the request did not arrive; if the second one throws, the response was
/// lost. Buckets exist without being made.
/// </summary>
/// <param name="local">The clocks of the machine that sends the requests.</param>
/// <param name="server">The server's clock.</param>
public sealed class MemoryStore(TimeProvider local, TimeProvider server) : IObjectStore, IPresignedUrls
{
    private static readonly Comparer<Entry> ByKey =
        Comparer<Entry>.Create((x, y) => Utf8Order.Instance.Compare(x.Key, y.Key));

    private readonly List<StoreRequest> _requests = [];
    private Lock _lock = new();
    private Dictionary<string, SortedSet<Entry>> _buckets = [];

    public ServerClock Clock { get; } = new(local);

    public string Place => "memory";

    /// <summary>Whether its presigned PUTs do more than they are for.</summary>
    public PutTrialResult Trial { get; set; } = new();

    public Task<PutTrialResult> TryAsync(ObjectAddress marker, Random random, CancellationToken cancellation) =>
        Task.FromResult(Trial);

    /// <summary>The test does the PUT with <see cref="Seed"/>. Its headers are the metadata.</summary>
    public Task<PresignedPut> PresignAsync(
        ObjectAddress target, ObjectAttributes attributes, ExpectedContent content, DateTimeOffset expiresAt,
        CancellationToken cancellation) =>
        Task.FromResult(new PresignedPut($"memory:{target}", attributes.Metadata));

    public Task<string> PresignGetAsync(
        ObjectAddress source, string disposition, DateTimeOffset expiresAt, CancellationToken cancellation) =>
        Task.FromResult($"memory:{source}");

    public Func<StoreRequest, Task>? Before { get; set; }
    public Func<StoreRequest, Task>? After { get; set; }
    public Action? Reading { get; set; } // called when an object's content is read
    public Func<string, string?> RefusesDelete { get; set; } = _ => null; // an error code for a key
    public Func<StoreRequest, bool> SaysMissing { get; set; } = _ => false; // HEAD, though it is there
    public bool IgnoresConditions { get; set; } // as old servers do
    public bool CopiesInParts { get; set; } // the hooks get the last request of a copy
    public HashSet<string> Missing { get; } = []; // the buckets that don't exist

    /// <summary>The same server as another process sees it, with its own clocks and hooks.</summary>
    public MemoryStore ForAnotherProcess(TimeProvider clocks) =>
        new(clocks, server) { _lock = _lock, _buckets = _buckets };

    public IReadOnlyList<StoreRequest> Requests { get { lock (_lock) return [.. _requests]; } }

    /// <summary>Without those that only ask for the time.</summary>
    public int Count(StoreOperation operation) => Requests.Count(r => r.Operation == operation
        && !(operation == StoreOperation.Head && r.Key.EndsWith(".probe", StringComparison.Ordinal)));

    /// <summary>How many keys the LIST requests have returned.</summary>
    public int Listed { get; private set; }

    public void ForgetRequests()
    {
        lock (_lock) _requests.Clear();
        Listed = 0;
    }

    // The test itself reads and changes objects, without a request.
    public void Seed(ObjectAddress target, string content = "", ObjectAttributes? attributes = null) =>
        Store(target, new Entry(target.Key, Encoding.UTF8.GetBytes(content), WithDefaults(attributes ?? new()), Now()));

    public void Remove(ObjectAddress target)
    {
        lock (_lock) Bucket(target.Bucket).Remove(Entry.At(target.Key));
    }

    public IReadOnlyList<string> Keys(string bucket)
    {
        lock (_lock) return _buckets.TryGetValue(bucket, out var entries) ? [.. entries.Select(e => e.Key)] : [];
    }

    public string? Read(ObjectAddress source)
    {
        lock (_lock) return Find(source) is { } entry ? Encoding.UTF8.GetString(entry.Content) : null;
    }

    public ObjectAttributes? Attributes(ObjectAddress source)
    {
        lock (_lock) return Find(source)?.Attributes;
    }

    public async Task<PutResult> PutAsync(
        ObjectAddress target, Stream content, ObjectAttributes attributes, PutCondition condition,
        CancellationToken cancellation)
    {
        using var bytes = new MemoryStream();
        var (stored, time) = await AnswerAsync(
            new(StoreOperation.Put, target.Bucket, [target.Key]),
            () =>
            {
                if (condition == PutCondition.IfAbsent && !IgnoresConditions && Find(target) is not null) return false;
                Store(target, new Entry(target.Key, bytes.ToArray(), WithDefaults(attributes), Now()));
                return true;
            },
            cancellation, upload: () => content.CopyToAsync(bytes, cancellation));
        return new PutResult(stored, time);
    }

    public async Task<ObjectInfo?> HeadAsync(ObjectAddress source, CancellationToken cancellation)
    {
        var request = new StoreRequest(StoreOperation.Head, source.Bucket, [source.Key]);
        var isHidden = SaysMissing(request);
        return (await AnswerAsync(request, () => isHidden ? null : Find(source)?.Info, cancellation)).Result;
    }

    public async Task<StoredObject?> GetAsync(ObjectAddress source, long offset, CancellationToken cancellation)
    {
        var request = new StoreRequest(StoreOperation.Get, source.Bucket, [source.Key]);
        var (entry, _) = await AnswerAsync(request, () => Find(source), cancellation);
        if (entry is null) return null;
        return offset == 0 || offset < entry.Content.Length
            ? new StoredObject(entry.Info, new Body(entry.Content, Reading) { Position = offset })
            : throw new StoreException(StoreException.InvalidRange, $"{source} is shorter.", isTransient: false);
    }

    public async Task<ObjectPage> ListAsync(
        string bucket, string prefix, string startAfter, int limit, CancellationToken cancellation)
    {
        if (limit is < 1 or > 1000) throw new ArgumentOutOfRangeException(nameof(limit));
        var (found, time) = await AnswerAsync(new(StoreOperation.List, bucket, [startAfter]), () =>
        {
            var from = Utf8Order.Instance.Compare(startAfter, prefix) > 0 ? startAfter : prefix;
            return Following(Bucket(bucket), from).Where(e => e.Key != startAfter)
                .TakeWhile(e => e.Key.StartsWith(prefix, StringComparison.Ordinal)).Take(limit + 1).ToList();
        }, cancellation);
        lock (_lock) Listed += Math.Min(found.Count, limit);
        var listed = found.Take(limit).Select(e => new ListedObject(e.Key, e.Info.Size, e.Info.ETag, e.Modified));
        return new ObjectPage([.. listed], found.Count > limit, time);
    }

    public async Task<CopyOutcome> CopyAsync(
        ObjectAddress source, long size, ObjectAddress target, Func<bool> canCommit, CancellationToken cancellation) =>
        (await AnswerAsync(new(StoreOperation.Copy, source.Bucket, [source.Key], target), () =>
        {
            if (Find(source) is not { } entry) return CopyOutcome.SourceMissing;
            if (CopiesInParts && !canCommit()) return CopyOutcome.GivenUp;
            Store(target, new Entry(target.Key, entry.Content, entry.Attributes, Now()));
            return CopyOutcome.Copied;
        }, cancellation)).Result;

    public async Task<DeleteResult> DeleteAsync(
        string bucket, IReadOnlyCollection<DeleteTarget> targets, CancellationToken cancellation)
    {
        if (targets.Count is < 1 or > 1000) throw new ArgumentOutOfRangeException(nameof(targets));
        var request = new StoreRequest(StoreOperation.Delete, bucket, [.. targets.Select(t => t.Key)]);
        var (failed, time) = await AnswerAsync(request, () =>
        {
            var refused = new Dictionary<string, string>();
            foreach (var target in targets)
            {
                if (RefusesDelete(target.Key) is { } code) refused[target.Key] = code;
                else if (Find(new(bucket, target.Key)) is not { } entry) continue;
                else if (target.ETag is { } etag && etag != entry.Info.ETag) refused[target.Key] = "PreconditionFailed";
                else Bucket(bucket).Remove(entry);
            }

            return refused;
        }, cancellation);
        return new DeleteResult(failed, time);
    }

    private async Task<(T Result, ServerTime Time)> AnswerAsync<T>(
        StoreRequest request, Func<T> takePlace, CancellationToken cancellation, Func<Task>? upload = null)
    {
        cancellation.ThrowIfCancellationRequested();
        if (request.Operation != StoreOperation.List && request.Keys.FirstOrDefault(IsTooLong) is { } key)
            throw new StoreException("KeyTooLongError", $"{key} is too long.", isTransient: false);
        lock (_lock) _requests.Add(request);

        var sent = Clock.Read();
        if (upload is not null) await upload();
        if (Before is not null) await Before(request).WaitAsync(cancellation);
        cancellation.ThrowIfCancellationRequested();
        T result;
        DateTimeOffset date;
        lock (_lock)
        {
            _ = Bucket(request.Bucket);
            (result, date) = (takePlace(), Now());
        }

        if (After is not null) await After(request).WaitAsync(cancellation);
        return (result, Clock.Observe(date, sent));
    }

    private void Store(ObjectAddress target, Entry entry)
    {
        lock (_lock)
        {
            var bucket = Bucket(target.Bucket);
            bucket.Remove(entry);
            bucket.Add(entry);
        }
    }

    private Entry? Find(ObjectAddress source) =>
        Bucket(source.Bucket).TryGetValue(Entry.At(source.Key), out var entry) ? entry : null;

    private SortedSet<Entry> Bucket(string name)
    {
        if (_buckets.TryGetValue(name, out var bucket)) return bucket;
        if (Missing.Contains(name))
            throw new StoreException(StoreException.NoSuchBucket, $"There is no bucket {name}.", isTransient: false);
        if (Destination.FaultOfBucket(name) is { } fault)
            throw new StoreException("InvalidBucketName", fault, isTransient: false);
        return _buckets[name] = new SortedSet<Entry>(ByKey);
    }

    private static SortedSet<Entry> Following(SortedSet<Entry> entries, string key) =>
        entries.Max is { } last && ByKey.Compare(Entry.At(key), last) <= 0
            ? entries.GetViewBetween(Entry.At(key), last)
            : [];

    private static bool IsTooLong(string key) => Encoding.UTF8.GetByteCount(key) > Destination.MaxKeyBytes;

    // S3 gives every object a content type.
    private static ObjectAttributes WithDefaults(ObjectAttributes attributes) =>
        attributes with { ContentType = attributes.ContentType ?? "binary/octet-stream" };

    // In whole seconds, like HTTP's Date.
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeSeconds(server.GetUtcNow().ToUnixTimeSeconds());

    private sealed class Body(byte[] content, Action? reading) : MemoryStream(content, writable: false)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            reading?.Invoke();
            return base.ReadAsync(buffer, cancellationToken);
        }
    }

    private sealed record Entry(string Key, byte[] Content, ObjectAttributes Attributes, DateTimeOffset Modified)
    {
        public ObjectInfo Info { get; } = new(
            Content.Length, $"\"{Convert.ToHexStringLower(SHA256.HashData(Content)[..16])}\"", Modified, Attributes);

        public static Entry At(string key) => new(key, [], new ObjectAttributes(), default);
    }
}
