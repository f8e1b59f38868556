namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>Judges a run by the promises: what clients were answered against what is at the destinations.</summary>
internal sealed record KillTestVerdict
{
    private const string Folder = "schedules/";

    private readonly IReadOnlyList<ScheduleLife> _lives;
    private readonly IReadOnlyList<Delivered> _delivered;
    private readonly S3Log _log;

    // Which schedule an id belongs to: from the PUT that stored it, whether its answer arrived or not.
    private readonly Dictionary<string, string> _keyOfId;
    private readonly HashSet<string> _deliveredKeys;
    private readonly HashSet<string> _contents;

    public KillTestVerdict(
        IReadOnlyList<ScheduleLife> lives, IReadOnlyList<Delivered> delivered, IReadOnlyList<string> failed, S3Log log)
    {
        (_lives, _delivered, _log) = (lives, delivered, log);
        _keyOfId = log.All.Where(e => e.Wrote(S3Operation.Put) && e.Request.ScheduleId is not null)
            .ToDictionary(e => e.Request.ScheduleId!, e => e.Request.Key[Folder.Length..]);
        _deliveredKeys = [.. delivered.Select(KeyOf)];
        _contents = [.. delivered.Select(d => d.Content)];
        Violations =
        [
            .. failed.Select(key => $"failed: {key}"),
            .. Lost().Select(life => $"lost: {life}"),
            .. AfterItsEnd().Select(life => $"delivered after it was cancelled or rescheduled: {life}"),
            .. RefusedAndLost().Select(life => $"neither cancelled nor delivered: {life}"),
            .. Early().Select(d => $"early: {KeyOf(d)} at {d.At:O}"),
            .. Second().Select(d => $"second delivery: {KeyOf(d)} at {d.At:O}"),
            .. Damaged().Select(d => $"damaged: {KeyOf(d)} with '{d.Content}'"),
            .. Overtaken().Select(d => $"overtaken by an earlier one: {KeyOf(d)} at {d.At:O}"),
        ];
        Summary = Summarize();
    }

    public IReadOnlyList<string> Violations { get; }

    public string Summary { get; init; }

    // Accepted, and not delivered under that key, though nothing but a refusal was answered about it since; or not
    // delivered at all, though never cancelled.
    private IEnumerable<ScheduleLife> Lost() => _lives.Where(life =>
        life.Accepted.Any(key => !_deliveredKeys.Contains(key) && life.Answers.All(a => a.About != key || a.Status is 404 or 409))
        || !life.IsPerhapsCancelled && !_contents.Contains(life.Content));

    private IEnumerable<ScheduleLife> AfterItsEnd() => _lives.Where(life => life.Ended.Any(_deliveredKeys.Contains));

    private IEnumerable<ScheduleLife> RefusedAndLost() => _lives.Where(life => !life.Refused.All(_deliveredKeys.Contains));

    private IEnumerable<Delivered> Early() => _delivered.Where(d => d.At < ScheduleLife.DueAt(KeyOf(d)));

    private IEnumerable<Delivered> Second() => _delivered.GroupBy(d => d.ScheduleId).SelectMany(same => same.Skip(1));

    private IEnumerable<Delivered> Damaged()
    {
        var contents = _lives.Select(life => (life.Bucket, life.Key, life.Content)).ToHashSet();
        return _delivered.Where(d => !contents.Contains((d.Bucket, d.Key, d.Content)));
    }

    // Of several to one destination the newest due stays.
    private IEnumerable<Delivered> Overtaken() => _delivered.GroupBy(d => (d.Bucket, d.Key))
        .Select(same => (Last: same.Last(), Newest: same.MaxBy(d => ScheduleLife.DueAt(KeyOf(d)))!))
        .Where(ends => ScheduleLife.DueAt(KeyOf(ends.Last)) < ScheduleLife.DueAt(KeyOf(ends.Newest)))
        .Select(ends => ends.Newest);

    private string KeyOf(Delivered delivered) => _keyOfId[delivered.ScheduleId];

    private string Summarize()
    {
        var late = _delivered.Select(d => d.At - ScheduleLife.DueAt(KeyOf(d))).Order().ToList();
        var cutCopies = _log.All.Count(e => e.Wrote(S3Operation.Copy) && e.Fault is NetworkFault.Unanswered or NetworkFault.Cut);
        return string.Create(null,
            $"{_lives.Count} schedules, {_delivered.Count} deliveries, lost {Lost().Count()}, early {Early().Count()}, " +
            $"after a cancel or reschedule {AfterItsEnd().Count()}, second deliveries {Second().Count()}, " +
            $"cancels {Answers(Verb.Delete)}, reschedules {Answers(Verb.Patch)}, posts {Answers(Verb.Post)}, " +
            $"requests to S3 {_log.All.Count()} of which dropped {_log.Count(NetworkFault.Dropped)}, delayed {_log.Count(NetworkFault.Delayed)}, " +
            $"carried out but unanswered {_log.Count(NetworkFault.Unanswered) + _log.Count(NetworkFault.Cut)} ({cutCopies} copies), " +
            $"late by {late[late.Count / 2].TotalSeconds:0.0} s in the median, {late[late.Count * 99 / 100].TotalSeconds:0.0} s in 99 of 100, {late[^1].TotalSeconds:0.0} s at most");
    }

    private string Answers(Verb verb) => "(" + string.Join(", ", _lives.SelectMany(life => life.Answers).Where(a => a.Verb == verb)
        .CountBy(a => a.Status?.ToString(null, null) ?? "no answer").OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key}: {c.Value}")) + ")";
}
