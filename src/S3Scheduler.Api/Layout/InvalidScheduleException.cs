namespace S3Scheduler.Api.Layout;

/// <summary>The request does not describe a valid schedule. Nothing was stored.</summary>
/// <param name="errors">The names of the wrong fields, each with what is wrong and what to do.</param>
public sealed class InvalidScheduleException(IDictionary<string, string[]> errors)
    : Exception("The schedule is not valid.")
{
    public InvalidScheduleException(string field, string fault)
        : this(new Dictionary<string, string[]> { [field] = [fault] })
    {
    }

    public IDictionary<string, string[]> Errors { get; } = errors;
}
