using System.Globalization;
using Microsoft.Extensions.Logging;

namespace S3Scheduler.Api.Tests.Lies;

/// <summary>What must hold in a run. Each rule returns what breaks it.</summary>
internal sealed class Verdict(LyingRun run)
{
    /// <summary>What is healthy is delivered so soon.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    /// <summary>After a storm: until the pause after a failed sweep and a lease that was not closed are over.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(25);

    /// <summary>The code that answers lies with runs for the first time, and is slow.</summary>
    private static readonly TimeSpan Starting = TimeSpan.FromSeconds(15);

    /// <summary>What stands still shows so soon.</summary>
    private static readonly TimeSpan Shown = TimeSpan.FromSeconds(10);

    private const int MostRequests = 60;

    /// <summary>A page of deliveries reads up to 100 batches of receipts.</summary>
    private const int MostRequestsForDeliveries = 150;

    /// <summary>One call stores up to 1,000 failed schedules again; so many have not failed here.</summary>
    private const int MostRequestsForRetries = 1000;

    private const int MostListsInTenSeconds = 300;
    private const int MostLeases = 1000;

    /// <summary>
    /// While 40 uploads never come, one each second. A look is two LISTs here, because of the foreign keys.
    /// </summary>
    private const int MostQuietLists = 40;

    private readonly IReadOnlyList<StoreEvent> _events = run.Truth.Events;

    /// <summary>How late the healthy deliveries were for which no lie is an excuse.</summary>
    public List<TimeSpan> Lateness { get; } = [];

    public IEnumerable<string> Faults() =>
    [
        .. run.Clients.Faults, .. Early(), .. AfterCancel(), .. Lost(), .. Twice(), .. Leases(),
        .. Requests(), .. Unseen(), .. Late(), .. Withheld(), .. Unrefused(), .. InVain(), .. Multiplied(),
        .. run.Log.Since(LogLevel.Critical).Select(line => $"{line.At:mm:ss.fff} {line.Text}"),
    ];

    private IEnumerable<StoreEvent> Deliveries =>
        _events.Where(e => e.Kind == StoreEventKind.Copied && e.Bucket != Liar.Schedules);

    private IEnumerable<string> Early() => Deliveries
        .Where(e => LyingRun.KeyOf(e.Source) is { } key && e.At < key.DueAt)
        .Select(e => $"{e.Source} was delivered early, at {e.At:mm:ss.fff}.");

    private IEnumerable<string> AfterCancel() => run.Traffic.Posted.Where(p => p.IsCancelled)
        .Where(p => Deliveries.Any(e => e.Bucket == p.Bucket && e.Key == p.DestinationKey))
        .Select(p => $"{p.Key} was delivered although it was cancelled.");

    private IEnumerable<string> Lost()
    {
        var delivered = Deliveries.Select(e => (e.Bucket, e.Key, e.Content)).ToHashSet();
        var failed = run.Truth.List(Liar.Schedules, "schedules/.failed/2", int.MaxValue)
            .Concat(run.Truth.List(Liar.Schedules, "schedules/.failed/.marks/", int.MaxValue))
            .Select(found => string.Join('|', found.Key.Split('|', '/')[^3..^1])).ToHashSet();
        var pending = LyingRun.Pending(run.Truth).Where(key => key.DueAt > run.End)
            .Select(key => $"{key.Destination.Bucket}|{key.Destination.Key}").ToHashSet();
        foreach (var posted in run.Traffic.Posted.Where(p => p is { Key: not null, IsCancelled: false }))
        {
            var name = $"{posted.Bucket}|{posted.DestinationKey}";
            var isThere = delivered.Contains((posted.Bucket, posted.DestinationKey, posted.Content))
                || pending.Contains(name) || failed.Contains(name) && !Traffic.IsGood(posted.Bucket);
            if (!isThere && !posted.MayBeCancelled)
                yield return $"{posted.Key} is neither delivered, failed nor pending.";
        }
    }

    // A sweep takes the older ones away.
    private IEnumerable<string> Leases()
    {
        var left = run.Truth.List(Liar.Schedules, "schedules/.sweep/", int.MaxValue).Count;
        if (left > MostLeases) yield return $"{left} leases are left.";
    }

    private IEnumerable<string> Late()
    {
        foreach (var (key, from, to) in Waits())
        {
            var free = Free(from);
            if (free + Soon > run.End) continue;
            if (to is { } at) Lateness.Add(at > free ? at - free : TimeSpan.Zero);
            if (to is null || to > free + Soon)
                yield return $"{key} was due at {from:mm:ss.fff}, could be delivered from {free:mm:ss.fff} on, and was "
                    + $"delivered at {to:mm:ss.fff}.";
        }
    }

    // What is ready for a healthy destination, from when, and until when. What was taken away meanwhile is left out.
    private IEnumerable<(ScheduleKey Key, DateTimeOffset From, DateTimeOffset? To)> Waits()
    {
        var copied = Deliveries.ToLookup(e => e.Source);
        var deleted = _events.Where(e => e.Kind == StoreEventKind.Deleted).ToLookup(e => e.Key);
        foreach (var stored in _events.Where(e => e is { Kind: StoreEventKind.Stored, Bucket: Liar.Schedules }))
        {
            if (LyingRun.KeyOf(stored.Key) is not { } key || !Traffic.IsGood(key.Destination.Bucket)) continue;
            var from = key.DueAt > stored.At ? key.DueAt : stored.At;
            var to = copied[stored.Key].FirstOrDefault(e => e.At >= stored.At)?.At;
            if (to is null && (deleted[stored.Key].Any() || from > run.End)) continue;
            yield return (key, from, to);
        }
    }

    // From when on no storm is an excuse.
    private DateTimeOffset Free(DateTimeOffset from)
    {
        if (from < run.Start + Starting) from = run.Start + Starting;
        foreach (var storm in run.Liar.Storms)
        {
            var end = (storm.To < run.HealthyFrom ? storm.To : run.HealthyFrom) + Settling;
            if (storm.From < from + Soon && from < end) from = end;
        }

        return from;
    }

    private IEnumerable<string> Unseen()
    {
        var waits = Waits().Select(w => (w.From, To: w.To ?? run.End)).ToList();
        var log = run.Log.Since(LogLevel.Warning);
        var last = run.Start;
        foreach (var at in waits.Select(w => w.To).Distinct().Order())
        {
            var from = waits.Where(w => w.To >= at).Min(w => w.From);
            if (from < last) from = last;
            var before = last;
            last = at;
            if (at - from <= Shown) continue;
            var stretch = $"Nothing was delivered from {from:mm:ss.fff} to {at:mm:ss.fff}";
            if (!run.Traffic.Readiness.Any(r => !r.IsReady && r.At >= before && r.At <= from + Shown))
                yield return $"{stretch}, and the readiness did not show it.";
            if (!log.Any(line => line.At >= before - Shown && line.At <= from + Shown))
                yield return $"{stretch}, and the log did not show it.";
        }
    }

    private IEnumerable<string> Requests()
    {
        foreach (var call in run.Liar.Calls.Where(c => c.Requests > MostFor(c)))
            yield return $"{call} made {call.Requests} requests.";
        var lists = run.Liar.OwnLists.ToList();
        for (var first = 0; first + MostListsInTenSeconds < lists.Count; first += MostListsInTenSeconds)
        {
            var (from, to) = (lists[first].At, lists[first + MostListsInTenSeconds].At);
            if (to - from >= TimeSpan.FromSeconds(10)) continue;
            var after = lists.Skip(first).Take(MostListsInTenSeconds).CountBy(list => list.After)
                .OrderByDescending(list => list.Value).Take(5).Select(list => $"{list.Value} after {list.Key}");
            yield return $"From {from:mm:ss.fff} to {to:mm:ss.fff} there were {MostListsInTenSeconds} LISTs: "
                + $"{string.Join(", ", after)} …";
        }
    }

    private static int MostFor(CallTrace call) => call.Name == "retry" ? MostRequestsForRetries
        : call.Path.Contains("delivered", StringComparison.Ordinal) ? MostRequestsForDeliveries : MostRequests;

    /// <summary>The LISTs that the service made while nothing was due.</summary>
    public int QuietLists =>
        run.Liar.OwnLists.Count(list => list.At >= run.Oddities.Quiet.From && list.At <= run.Oddities.Quiet.To);

    // Where the store has told a call nothing but the truth, no header and no ETag of an object is an excuse.
    private IEnumerable<string> Withheld() => run.Liar.Calls
        .Where(c => c is { Name: Clients.Content, Heard.IsEmpty: true, Status: null or >= 500 })
        .Select(c => $"{c} was answered {c.Status?.ToString(CultureInfo.InvariantCulture) ?? "in part"} although no "
            + "lie was told to it.");

    // A server like Ceph can't keep such metadata. The client is told so before the store is asked, so no lie matters.
    private IEnumerable<string> Unrefused() => run.Liar.Calls
        .Where(c => c is { Name: Oddities.RefusedMetadata, Status: not 400 })
        .Select(c => $"A post with metadata that no server like Ceph can keep was answered {c.Status}.");

    private IEnumerable<string> InVain()
    {
        if (QuietLists > MostQuietLists) yield return $"{QuietLists} LISTs looked for uploads that never came.";
    }

    // A retry is made once, however many ask at once, and there are never more schedules after it. One that can't be
    // retried holds up no other.
    private IEnumerable<string> Multiplied()
    {
        var retries = run.Oddities.Retries;
        foreach (var (before, count, after) in retries.Where(r => r.Count > r.Before || r.After > r.Before))
            yield return $"{before} schedules were retried {count} times, by calls at once, and now there are {after}.";
        // The first time tidies up what the lies have left.
        if (retries[^1] is { } last && last.Count < last.Before)
            yield return $"Only {last.Count} of {last.Before} schedules were retried.";
        foreach (var same in run.Oddities.Undelivered().CountBy(key => key.Destination.Key).Where(s => s.Value > 1))
            yield return $"There are {same.Value} schedules to {same.Key}, which was posted once.";
        foreach (var lost in run.Oddities.Accepted.Except(run.Oddities.Undelivered().Select(k => k.Destination.Key)))
            yield return $"{lost}, which can't be delivered, is neither pending nor failed.";
    }

    // The destination still has what was delivered, so nothing excuses a second delivery.
    private IEnumerable<string> Twice() => run.Traffic.Posted
        .Where(p => p is { Key: not null, IsUncertain: false } && Traffic.IsGood(p.Bucket))
        .Where(p => Deliveries.Count(e => e.Bucket == p.Bucket && e.Key == p.DestinationKey) > 1)
        .Select(p => $"{p.Key} was delivered more than once.");
}
