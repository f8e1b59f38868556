namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>An S3 server that executes each request at one moment, and records every change.</summary>
public sealed class SimulatedServer(World world)
{
    private readonly Dictionary<string, SortedList<string, Entry>> _buckets = [];
    private readonly Dictionary<string, string> _outages = [];
    private readonly Dictionary<string, TimeSpan> _slow = []; // how long a copy takes
    private TimeSpan _set;

    /// <summary>The newest lease, whose key sorts first, and the call that wrote it.</summary>
    public (string Key, ServiceCall? By) NewestLease { get; private set; } = ("~", null);

    public static DateTimeOffset Floor(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));

    /// <summary>The server's clock, which may have been set.</summary>
    public DateTimeOffset Clock(TimeSpan at) => world.At(at) + _set;

    /// <summary>How long a copy to that bucket takes.</summary>
    public TimeSpan CopyTime(string bucket) => _slow.GetValueOrDefault(bucket);

    public bool RefusesDeletes { get; private set; }

    public void Take(PlanStep step)
    {
        switch (step)
        {
            case OutageStep outage:
                world.Note($"{outage.Bucket}: {outage.Code} for {outage.Length.TotalSeconds:F3} s");
                _outages[outage.Bucket] = outage.Code;
                world.Schedule(world.Now + outage.Length, null, () => _outages.Remove(outage.Bucket));
                break;
            case SlowBucketStep slow:
                world.Note($"{slow.Bucket}: {slow.Copy.TotalSeconds} s a copy for {slow.Length.TotalSeconds:F3} s");
                _slow[slow.Bucket] = slow.Copy;
                world.Schedule(world.Now + slow.Length, null, () => _slow.Remove(slow.Bucket));
                break;
            case RefusedDeletesStep refused:
                world.Note($"deletes are refused for {refused.Length.TotalSeconds:F3} s");
                RefusesDeletes = true;
                world.Schedule(world.Now + refused.Length, null, () => RefusesDeletes = false);
                break;
            case SetServerStep set:
                world.Note($"the server's clock is set by {set.By}");
                _set += set.By;
                world.History.ServerSet.Add((world.Now, set.By));
                break;
        }
    }

    /// <summary>Ends all faults, and puts the clock right.</summary>
    public void Heal()
    {
        _outages.Clear();
        _slow.Clear();
        RefusesDeletes = false;
        if (_set != TimeSpan.Zero) Take(new SetServerStep(world.Now, -_set));
    }

    /// <exception cref="StoreException">The object is archived.</exception>
    public Entry? Read(ObjectAddress at)
    {
        var entry = Find(at);
        if (entry?.Id is not { } id || world.Now >= world.Plan.ArchivedUntil) return entry;
        return Dice.Seed(world.Plan.Seed, $"archived {id}") % 3 != 0 ? entry
            : throw new StoreException("InvalidObjectState", $"{at} is archived", isTransient: false);
    }

    /// <summary>Whether a pending schedule has failed, and could not be moved.</summary>
    public bool IsMarked(string key) => world.Layout.TryRead(key) is { } schedule
        && Find(world.Layout.MarkOf(schedule)) is { } mark
        && Layout.ReadMark(mark.Text).Means(Find(new ObjectAddress("scheduler", key))?.Info);

    /// <summary>The schedules that are due by then, and have not failed.</summary>
    public IEnumerable<string> Due(DateTimeOffset by) =>
        Keys("scheduler").Where(key => world.Layout.TryRead(key)?.DueAt <= by && !IsMarked(key));

    public IEnumerable<string> Keys(string bucket) => Bucket(bucket).Keys;

    public Entry? Find(ObjectAddress at) => Bucket(at.Bucket).GetValueOrDefault(at.Key);

    /// <exception cref="StoreException">The bucket has an outage.</exception>
    public void Enter(StoreRequest request)
    {
        var bucket = request.Target?.Bucket ?? request.Bucket;
        if (!_outages.TryGetValue(bucket, out var code)) return;
        // The response to a HEAD has no body, so a missing bucket looks like a missing object.
        if (code == StoreException.NoSuchBucket && request.Operation == StoreOperation.Head) return;
        throw new StoreException(code, $"{bucket} answers {code}", StoreException.IsTransientCode(code));
    }

    public bool Put(
        Sending sending, ObjectAddress target, byte[] content, ObjectAttributes attributes, PutCondition condition)
    {
        var found = Find(target);
        var isStored = condition == PutCondition.None || found is null;
        var entry = new Entry(content, attributes, Floor(sending.ServerTime));
        var seen = isStored ? entry : found!;
        Record(sending, target.Bucket, target.Key, null, entry, found, isStored, seen.Text);
        if (isStored) Store(sending, target, entry);
        return isStored;
    }

    public CopyOutcome Copy(Sending sending, ObjectAddress source, ObjectAddress target)
    {
        if (Read(source) is not { } entry) return CopyOutcome.SourceMissing;
        var copy = entry with { Modified = Floor(sending.ServerTime) };
        Record(sending, source.Bucket, source.Key, target, copy, Find(target), true, copy.Text);
        Store(sending, target, copy);
        return CopyOutcome.Copied;
    }

    /// <returns>An error code; null: the object is deleted, or was not there.</returns>
    public string? Delete(Sending sending, string bucket, DeleteTarget target)
    {
        var found = Find(new ObjectAddress(bucket, target.Key));
        if (world.Plan.KeepsDeleteCondition && found is not null && target.ETag is { } etag && etag != found.ETag)
            return "PreconditionFailed";
        Record(sending, bucket, target.Key, null, null, found, found is not null, null);
        Bucket(bucket).Remove(target.Key);
        return null;
    }

    public (List<ListedObject> Objects, bool More) List(string bucket, string prefix, string startAfter, int limit)
    {
        var objects = new List<ListedObject>();
        var entries = Bucket(bucket);
        limit = Math.Min(limit, world.Plan.PageLimit);
        var from = string.CompareOrdinal(startAfter, prefix) > 0 ? startAfter : prefix;
        for (var i = FirstFrom(entries.Keys, from); i < entries.Count; i++)
        {
            var (key, entry) = (entries.Keys[i], entries.Values[i]);
            if (!key.StartsWith(prefix, StringComparison.Ordinal)) break;
            if (objects.Count == limit) return (objects, true);
            if (key == startAfter) continue;
            objects.Add(new ListedObject(key, entry.Content.Length, entry.ETag, entry.Modified));
        }

        return (objects, false);
    }

    private static int FirstFrom(IList<string> keys, string key)
    {
        var (low, high) = (0, keys.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (string.CompareOrdinal(keys[middle], key) < 0) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private void Store(Sending sending, ObjectAddress target, Entry entry)
    {
        Bucket(target.Bucket)[target.Key] = entry;
        if (!world.Layout.IsLease(target.Key)) return;
        sending.Call.LeaseTaken ??= world.Now;
        if (string.CompareOrdinal(target.Key, NewestLease.Key) < 0) NewestLease = (target.Key, sending.Call);
    }

    private void Record(
        Sending sending, string bucket, string key, ObjectAddress? target, Entry? entry, Entry? found, bool changed,
        string? content) => world.History.Events.Add(new ServerEvent(
            world.Now, sending.Sent, sending.Call, sending.Request.Operation, bucket, key, target?.ToString(),
            entry?.Id, found?.Id, changed, content, sending.HeldLease));

    private SortedList<string, Entry> Bucket(string name) =>
        _buckets.TryGetValue(name, out var bucket) ? bucket : _buckets[name] = new(StringComparer.Ordinal);

    public sealed record Entry(byte[] Content, ObjectAttributes Attributes, DateTimeOffset Modified)
    {
        public string? Id { get; } = Attributes.Metadata.GetValueOrDefault(ScheduleId.MetadataName)
            ?? Attributes.Metadata.GetValueOrDefault(Client.ForeignId);

        public string Text => Encoding.UTF8.GetString(Content);

        public string ETag { get; } = ETagOf(Encoding.UTF8.GetString(Content));

        public static string ETagOf(string text) => $"\"{Dice.Seed(0, text):x16}\"";

        public ObjectInfo Info => new(Content.Length, ETag, Modified, Attributes);
    }
}
