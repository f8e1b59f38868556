namespace S3Scheduler.Api.Http;

/// <summary>Repeats to clients a little of what they sent: an answer must not grow with the request.</summary>
public static class Echo
{
    /// <summary>The most characters of a name or a key.</summary>
    public const int MaxLength = 100;

    /// <summary>The text, cut with an ellipsis if it is long.</summary>
    public static string Of(string text, int maxLength = MaxLength)
    {
        if (text.Length <= maxLength) return text;
        // Half of a surrogate pair is not a character.
        var end = char.IsHighSurrogate(text[maxLength - 1]) ? maxLength - 1 : maxLength;
        return $"{text[..end]}…";
    }
}
