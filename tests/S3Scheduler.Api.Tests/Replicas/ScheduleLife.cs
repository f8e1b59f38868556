namespace S3Scheduler.Api.Tests.Replicas;

internal enum Verb
{
    Post,
    Patch,
    Delete,
}

/// <param name="About">The key that was asked about.</param>
/// <param name="Status">Null: there was no answer.</param>
/// <param name="Key">The key that was answered.</param>
internal sealed record Answer(Verb Verb, string? About, int? Status, string? Key)
{
    /// <summary>Whether nobody knows what was done.</summary>
    public bool IsUnknown => Status is null or >= 500;
}

/// <summary>What one client wanted delivered, and all it was answered.</summary>
internal sealed class ScheduleLife(string bucket, string key, string content)
{
    private readonly List<Answer> _answers = [];

    public string Bucket => bucket;

    public string Key => key;

    public string Content => content;

    public IReadOnlyList<Answer> Answers => _answers;

    /// <summary>Whether each call but the posts, which are repeated until they succeed, had a clear answer.</summary>
    public bool IsSettled => _answers.All(a => a.Verb == Verb.Post || !a.IsUnknown);

    /// <summary>The keys under which it was accepted.</summary>
    public IEnumerable<string> Accepted => _answers.Where(a => a.Status is 200 or 201).Select(a => a.Key!);

    /// <summary>The keys that it no longer has: nothing may be delivered from there.</summary>
    public IEnumerable<string> Ended => _answers
        .Where(a => a.Verb == Verb.Delete && a.Status == 204 || a.Verb == Verb.Patch && a.Status == 200 && a.Key != a.About)
        .Select(a => a.About!);

    /// <summary>The keys that were said to be there, and not to be touched any more, and that nothing else was said of later.</summary>
    public IEnumerable<string> Refused => _answers.Where(a => a.Verb != Verb.Post).GroupBy(a => a.About!)
        .Where(same => same.Last().Status == 409).Select(same => same.Key);

    /// <summary>Whether it may have been cancelled.</summary>
    public bool IsPerhapsCancelled => _answers.Any(a => a.Verb == Verb.Delete && (a.Status == 204 || a.IsUnknown));

    public void Add(Answer answer) => _answers.Add(answer);

    public static DateTimeOffset DueAt(string key) => ScheduleKey.TryParse(key, out var parsed)
        ? parsed.DueAt
        : throw new FormatException($"'{key}' is no schedule's key.");

    public override string ToString() =>
        $"{bucket}/{key}: {string.Join(", ", _answers.Select(a => $"{a.Verb} {a.About} {a.Status?.ToString() ?? "no answer"} {a.Key}"))}";
}
