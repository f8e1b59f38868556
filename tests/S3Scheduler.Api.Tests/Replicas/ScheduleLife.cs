namespace S3Scheduler.Api.Tests.Replicas;

internal enum Verb { Post, Patch, Delete }

/// <param name="About">The key in the request.</param>
/// <param name="Status">Null: there was no response.</param>
/// <param name="Key">The key in the response.</param>
internal sealed record Answer(Verb Verb, string? About, int? Status, string? Key)
{
    /// <summary>Whether the client can't know if the service did it.</summary>
    public bool IsUnknown => Status is null or >= 500;
}

/// <summary>One schedule that a client wants delivered, and all responses that the client got about it.</summary>
internal sealed record ScheduleLife(string Bucket, string Key, string Content)
{
    private readonly List<Answer> _answers = [];

    public IReadOnlyList<Answer> Answers => _answers;

    /// <summary>Whether no outcome is unknown. Posts don't count: they are repeated until they succeed.</summary>
    public bool IsSettled => _answers.All(a => a.Verb == Verb.Post || !a.IsUnknown);

    /// <summary>The keys under which the service accepted it.</summary>
    public IEnumerable<string> Accepted => _answers.Where(a => a.Status is 200 or 201).Select(a => a.Key!);

    /// <summary>The keys that were cancelled or rescheduled: they must not be delivered.</summary>
    public IEnumerable<string> Ended => _answers
        .Where(a => (a.Verb, a.Status) is (Verb.Delete, 204) or (Verb.Patch, 200) && a.Key != a.About)
        .Select(a => a.About!);

    /// <summary>The keys for which the last response was 409, already due: they must be delivered.</summary>
    public IEnumerable<string> Refused => _answers.Where(a => a.Verb != Verb.Post).GroupBy(a => a.About!)
        .Where(same => same.Last().Status == 409).Select(same => same.Key);

    public bool IsPerhapsCancelled => _answers.Any(a => a.Verb == Verb.Delete && (a.Status == 204 || a.IsUnknown));

    public void Add(Answer answer) => _answers.Add(answer);

    public static DateTimeOffset DueAt(string key) => ScheduleKey.TryParse(key, out var parsed)
        ? parsed.DueAt
        : throw new FormatException($"'{key}' is not the key of a schedule.");

    public override string ToString()
    {
        var answers = _answers.Select(a => $"{a.Verb} {a.About} {a.Status?.ToString() ?? "no answer"} {a.Key}");
        return $"{Bucket}/{Key}: {string.Join(", ", answers)}";
    }
}
