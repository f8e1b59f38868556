using Microsoft.Extensions.Logging;

namespace S3Scheduler.Api.Tests.Lies.Local;

/// <summary>What must hold in a run on a directory. Each rule returns what breaks it.</summary>
internal sealed class VandalVerdict(VandalRun run)
{
    /// <summary>What is healthy is delivered so soon.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    private readonly IReadOnlyList<Posted> _posted = [.. run.Traffic.Posted];

    /// <summary>How late the healthy deliveries were.</summary>
    public List<TimeSpan> Lateness { get; } = [];

    public IEnumerable<string> Faults() =>
    [
        .. run.Clients.Faults, .. run.Vandal.Faults(), .. Unanswered(), .. Refused(), .. NotTaken(), .. Early(),
        .. AfterCancel(), .. Lost(), .. Late(), .. NotSetAside(),
        .. run.Log.Since(LogLevel.Critical).Select(line => $"{line.At:mm:ss.fff} {line.Text}"),
    ];

    private IEnumerable<Posted> Good => _posted.Where(p => Traffic.IsGood(p.Bucket));

    private IEnumerable<string> Unanswered() => run.Calls.Where(c => c.Status is null)
        .Select(c => $"{c} was never answered.");

    // Nothing is wrong with these, so nothing is an excuse.
    private IEnumerable<string> Refused() => run.Calls
        .Where(c => c.Status >= 500 && (c.Name is "list" or "state" or "ready"
            || c.Path.Contains("good-", StringComparison.Ordinal)))
        .Select(c => $"{c} was answered {c.Status}.");

    private IEnumerable<string> NotTaken() => Good.Where(p => p.Key is null)
        .Select(p => $"{p.Bucket}/{p.DestinationKey} was not taken.");

    private IEnumerable<string> Early() => Good.Where(p => run.DeliveredAt(p) < p.DueAt)
        .Select(p => $"{p.Key} was delivered early, by {run.DeliveredAt(p):mm:ss.fff}.");

    private IEnumerable<string> AfterCancel() => Good.Where(p => p.IsCancelled && run.DeliveredAt(p) is not null)
        .Select(p => $"{p.Key} was delivered although it was cancelled.");

    private IEnumerable<string> Lost()
    {
        var waiting = run.Pending.Select(NameOf).ToHashSet();
        var failed = run.Failed.Select(NameOf).ToHashSet();
        foreach (var posted in Good.Where(p => p is { Key: not null, IsCancelled: false }))
        {
            var name = $"{posted.Bucket}/{posted.DestinationKey}";
            if (failed.Contains(name)) yield return $"{posted.Key} has failed.";
            else if (run.DeliveredAt(posted) is null && !waiting.Contains(name))
                yield return $"{posted.Key} is neither delivered nor pending.";
        }
    }

    private IEnumerable<string> Late()
    {
        foreach (var posted in Good.Where(p => p is { Key: not null, IsCancelled: false, IsUncertain: false }))
        {
            var known = run.KnownFrom(posted)!.Value;
            var from = known > posted.DueAt ? known : posted.DueAt;
            if (from < run.Start || from + Soon > run.End) continue;
            var at = run.DeliveredAt(posted);
            if (at is { } seen) Lateness.Add(seen > from ? seen - from : TimeSpan.Zero);
            if (at is null || at > from + Soon)
                yield return $"{posted.Key} could be delivered from {from:mm:ss.fff} on, and was at {at:mm:ss.fff}.";
        }
    }

    // What can't be delivered is set aside as failed, with a reason.
    private IEnumerable<string> NotSetAside()
    {
        foreach (var pending in run.Pending)
            if (pending.GetProperty("dueAt").GetDateTimeOffset() < run.End - Soon)
                yield return $"{NameOf(pending)} is due and still pending.";
        foreach (var failed in run.Failed)
            if (failed.GetProperty("failure").GetProperty("code").GetString() is null or "" or "Other")
                yield return $"{NameOf(failed)} has failed without a reason: {failed}.";
    }

    private static string NameOf(System.Text.Json.JsonElement schedule)
    {
        var destination = schedule.GetProperty("destination");
        return $"{destination.GetProperty("bucket")}/{destination.GetProperty("key")}";
    }
}
