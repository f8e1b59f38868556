namespace S3Scheduler.Api.Http;

/// <summary>
/// What is wrong with a request, by field or parameter. Only the first fault of each one is kept. However many there
/// are and however long their names, the answer stays small.
/// </summary>
public sealed class FieldFaults
{
    /// <summary>How many fields an answer names.</summary>
    public const int MaxNamed = 20;

    /// <summary>The entry that says how many more fields are wrong.</summary>
    public const string Others = "…";

    private const int MaxNameLength = 50;

    private readonly Dictionary<string, string> _faults = [];

    /// <param name="fault">For the client: what is wrong and what to do; null if nothing is wrong.</param>
    public void Add(string field, string? fault)
    {
        if (fault is not null) _faults.TryAdd(field, fault);
    }

    /// <exception cref="InvalidScheduleException">There are faults; it names them all, or the first ones.</exception>
    public void ThrowIfAny()
    {
        if (_faults.Count == 0) return;
        var named = new Dictionary<string, string[]>();
        foreach (var (field, fault) in _faults.Take(MaxNamed)) named.TryAdd(Echo.Of(field, MaxNameLength), [fault]);
        if (_faults.Count > named.Count) named[Others] = [$"{_faults.Count - named.Count} more are wrong."];
        throw new InvalidScheduleException(named);
    }
}
