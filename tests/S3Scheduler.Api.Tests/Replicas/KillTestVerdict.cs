namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>One version of an object in a destination bucket.</summary>
/// <param name="At">When it was written, by the server's clock.</param>
/// <param name="Id">The schedule-id of the schedule that it was copied from.</param>
internal sealed record Delivered(string Bucket, string Key, DateTimeOffset At, string Id, string Content)
{
    /// <summary>All deliveries, oldest first.</summary>
    public static async Task<IReadOnlyList<Delivered>> ReadAsync(ReplicatedFolder folder, IEnumerable<string> buckets)
    {
        var delivered = new List<Delivered>();
        foreach (var bucket in buckets)
            foreach (var batch in (await folder.VersionsAsync(bucket)).Chunk(16))
                delivered.AddRange(await Task.WhenAll(batch.Select(version => ReadAsync(folder, bucket, version))));
        return [.. delivered.OrderBy(d => d.At)];
    }

    private static async Task<Delivered> ReadAsync(ReplicatedFolder folder, string bucket, Written version)
    {
        using var answer = await folder.S3.GetObjectAsync(
            bucket, version.Key, version.VersionId, TestContext.Current.CancellationToken);
        var id = answer.Metadata[ScheduleId.MetadataName];
        return new Delivered(bucket, version.Key, version.At, id, await answer.TextAsync());
    }
}

/// <summary>Judges a run by the service's promises: compares the clients' responses with what was delivered.</summary>
internal sealed class KillTestVerdict(
    IReadOnlyList<ScheduleLife> lives, IReadOnlyList<Delivered> deliveries, IReadOnlyList<string> failed,
    IReadOnlyList<Receipt> receipts, S3Log log)
{
    // The PUT that stored a schedule-id says which schedule it belongs to, even if its response was lost.
    private readonly Dictionary<string, string> _keyOfId = log.All
        .Where(e => e.Wrote(S3Operation.Put) && e.ScheduleId is not null)
        .ToDictionary(e => e.ScheduleId!, e => e.Key["schedules/".Length..]);

    // When the server had certainly stored it.
    private readonly Dictionary<string, DateTimeOffset> _storedBy = log.All
        .Where(e => e.Wrote(S3Operation.Put) && e.ScheduleId is not null)
        .ToDictionary(e => e.ScheduleId!, e => e.At + e.Took);

    // The keys of the schedules that were delivered.
    private HashSet<string> Keys => field ??= [.. deliveries.Select(d => _keyOfId[d.Id])];

    public IReadOnlyList<string> Violations =>
    [
        .. failed.Select(key => $"failed: {key}"),
        .. Lost().Select(life => $"lost: {life}"),
        .. AfterItsEnd().Select(life => $"delivered after it was cancelled or rescheduled: {life}"),
        .. lives.Where(l => !l.Refused.All(Keys.Contains)).Select(l => $"neither cancelled nor delivered: {l}"),
        .. Early().Select(d => $"early: {Describe(d)}"),
        .. Second().Select(d => $"second delivery: {Describe(d)}"),
        .. Damaged().Select(d => $"damaged: {Describe(d)} with '{d.Content}'"),
        .. WithoutReceipt().Select(key => $"delivered without a receipt: {key}"),
        .. receipts.Where(r => !Keys.Contains(r.Key)).Select(r => $"a receipt of what was not delivered: {r.Key}"),
        .. Overtaken().Select(d => $"overtaken by an earlier one: {Describe(d)}"),
    ];

    public string Summarize()
    {
        var late = deliveries.Select(d => d.At - DueAt(d)).Order().Select(by => by.TotalSeconds).ToList();
        var unanswered = log.All.Where(e => e.Fault is NetworkFault.Unanswered or NetworkFault.Cut).ToList();
        return string.Create(null,
            $"{lives.Count} schedules, {deliveries.Count} deliveries, lost {Lost().Count()}, " +
            $"early {Early().Count()}, after a cancel or reschedule {AfterItsEnd().Count()}, " +
            $"second deliveries {Second().Count()}, receipts {receipts.Count}, without {WithoutReceipt().Count()}, " +
            $"cancels {Answers(Verb.Delete)}, " +
            $"reschedules {Answers(Verb.Patch)}, posts {Answers(Verb.Post)}, " +
            $"requests to S3 {log.All.Count()} of which dropped {log.Count(NetworkFault.Dropped)}, " +
            $"delayed {log.Count(NetworkFault.Delayed)}, stalled {log.Count(NetworkFault.Stalled)}, " +
            $"misdated {log.Count(NetworkFault.Misdated)}, deletes refused {log.Count(NetworkFault.Refused)}, " +
            $"carried out but unanswered {unanswered.Count} " +
            $"({unanswered.Count(e => e.Wrote(S3Operation.Copy))} copies), " +
            $"late by {late[late.Count / 2]:0.0} s in the median, {late[late.Count * 99 / 100]:0.0} s in 99 of 100, " +
            $"{late[^1]:0.0} s at most");
    }

    // It was accepted under a key and not delivered under it, although every request to change that key was refused. Or
    // it was never delivered, although it was never cancelled.
    private IEnumerable<ScheduleLife> Lost()
    {
        var contents = deliveries.Select(d => d.Content).ToHashSet();
        return lives.Where(life =>
            life.Accepted.Except(Keys).Any(key => life.Answers.All(a => a.About != key || a.Status is 404 or 409))
            || !life.IsPerhapsCancelled && !contents.Contains(life.Content));
    }

    private IEnumerable<ScheduleLife> AfterItsEnd() => lives.Where(life => life.Ended.Any(Keys.Contains));

    private IEnumerable<Delivered> Early() => deliveries.Where(d => d.At < DueAt(d));

    private IEnumerable<Delivered> Second() => deliveries.GroupBy(d => d.Id).SelectMany(same => same.Skip(1));

    // A cancel or reschedule without a response may have deleted it after the copy and before the receipt.
    private IEnumerable<string> WithoutReceipt() => Keys.Except(receipts.Select(r => r.Key))
        .Where(key => !lives.Any(l => l.Answers.Any(a => a.Verb != Verb.Post && a.About == key && a.IsUnknown)));

    private IEnumerable<Delivered> Damaged()
    {
        var contents = lives.Select(life => (life.Bucket, life.Key, life.Content)).ToHashSet();
        return deliveries.Where(d => !contents.Contains((d.Bucket, d.Key, d.Content)));
    }

    // Of several deliveries to one destination, the last must be the one that was due last. A schedule that was stored
    // after its due time is delivered in no order: a look may have shown the other one before.
    private IEnumerable<Delivered> Overtaken() => deliveries.GroupBy(d => (d.Bucket, d.Key))
        .Select(same => (Last: same.Last(), Newest: same.MaxBy(DueAt)!))
        .Where(ends => DueAt(ends.Last) < DueAt(ends.Newest) && _storedBy[ends.Last.Id] < DueAt(ends.Last))
        .Select(ends => ends.Newest);

    private DateTimeOffset DueAt(Delivered delivered) => ScheduleLife.DueAt(_keyOfId[delivered.Id]);

    private string Describe(Delivered delivered) => $"{_keyOfId[delivered.Id]} at {delivered.At:O}";

    private string Answers(Verb verb)
    {
        var counts = lives.SelectMany(life => life.Answers).Where(a => a.Verb == verb)
            .CountBy(a => a.Status?.ToString(null, null) ?? "no answer").OrderBy(c => c.Key, StringComparer.Ordinal);
        return $"({string.Join(", ", counts.Select(c => $"{c.Key}: {c.Value}"))})";
    }
}
