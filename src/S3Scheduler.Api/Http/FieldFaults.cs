namespace S3Scheduler.Api.Http;

/// <summary>What is wrong with a request, by field or parameter. Only the first fault of each one is kept.</summary>
public sealed class FieldFaults
{
    private readonly Dictionary<string, string[]> _faults = [];

    /// <param name="fault">For the client: what is wrong and what to do; null if nothing is wrong.</param>
    public void Add(string field, string? fault)
    {
        if (fault is not null) _faults.TryAdd(field, [fault]);
    }

    /// <exception cref="InvalidScheduleException">There are faults; it names them all.</exception>
    public void ThrowIfAny()
    {
        if (_faults.Count > 0) throw new InvalidScheduleException(_faults);
    }
}
