namespace S3Scheduler.Api.Layout;

/// <summary>
/// Where deliveries may go. Each text of the list is a bucket, or <c>bucket/prefix</c> for the keys in it that start
/// with the prefix, which is taken literally; <c>*</c> allows all. An empty list allows all, too.
/// </summary>
public sealed class AllowedDestinations
{
    private const string All = "*";

    /// <summary>A message names so many of the list's texts at most.</summary>
    private const int MostNamed = 3;

    private readonly IReadOnlyList<(string Bucket, string Prefix)> _rules;
    private readonly bool _allowsAll;

    /// <exception cref="ArgumentException">A text is not valid.</exception>
    public AllowedDestinations(params IReadOnlyList<string> texts)
    {
        if (texts.Select(FaultOf).FirstOrDefault(fault => fault is not null) is { } wrong)
            throw new ArgumentException(wrong, nameof(texts));
        (Texts, _allowsAll) = (texts, texts.Count == 0 || texts.Contains(All));
        _rules = [.. texts.Where(text => text != All).Select(Split)];
    }

    public IReadOnlyList<string> Texts { get; }

    /// <summary>What is wrong with a text of the list, for the operator who wrote it; null if it is valid.</summary>
    public static string? FaultOf(string text)
    {
        if (text == All) return null;
        var (bucket, prefix) = Split(text);
        if (Destination.FaultOfBucket(bucket) is { } fault) return fault;
        if (bucket.Length == text.Length) return null;
        if (prefix.Length == 0) return "For a whole bucket, write its name without a slash at the end.";
        // MinIO drops leading slashes of a key, so it would store the object outside the prefix.
        if (prefix[0] == '/') return "A prefix does not start with a slash.";
        if (prefix[^1] == '*') return "A prefix is taken literally: leave out the '*' at its end.";
        return Destination.FaultOfKey(prefix);
    }

    public bool Allows(Destination destination) => _allowsAll || Names(destination);

    /// <summary>Whether a text for its bucket allows it; <c>*</c> and an empty list name nothing.</summary>
    public bool Names(Destination destination) => _rules.Any(rule =>
        rule.Bucket == destination.Bucket && destination.Key.StartsWith(rule.Prefix, StringComparison.Ordinal));

    /// <summary>Whether there is a text for that bucket, or for a part of it.</summary>
    public bool NamesPartOf(string bucket) => _rules.Any(rule => rule.Bucket == bucket);

    /// <summary>The list for a message. The whole list may be long, and is nobody's business.</summary>
    public override string ToString() => string.Join(", ", Texts.Take(MostNamed))
        + (Texts.Count > MostNamed ? $" and {Texts.Count - MostNamed} more" : "");

    private static (string Bucket, string Prefix) Split(string text) =>
        text.IndexOf('/') is var slash and >= 0 ? (text[..slash], text[(slash + 1)..]) : (text, "");
}

/// <summary>What is wrong with a destination, for the client that chose it.</summary>
/// <param name="Field">Its wrong part: <c>bucket</c> or <c>key</c>.</param>
public sealed record DestinationFault(string Field, string Text)
{
    /// <summary>The error code of a schedule that failed because nothing may be delivered to its destination.</summary>
    public const string Code = "DestinationNotAllowed";
}
