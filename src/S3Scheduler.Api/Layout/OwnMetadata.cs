namespace S3Scheduler.Api.Layout;

/// <summary>
/// What the service itself keeps in the metadata of a schedule: its <see cref="ScheduleId"/>, who scheduled it, and the
/// <see cref="TraceParent"/>. A copy keeps them.
/// </summary>
public static class OwnMetadata
{
    /// <summary>Bytes of S3's limit that are kept free for it.</summary>
    public const int MaxBytes = 256;

    private const string ScheduledByName = "scheduled-by";
    private const int LongestName = 128;

    public static readonly IReadOnlyList<string> Names =
        [ScheduleId.MetadataName, ScheduledByName, TraceParent.MetadataName];

    /// <param name="id">A random name of the schedule, from <see cref="RandomNames"/>.</param>
    /// <param name="by">The name of the caller; null: anonymous. A long one is cut.</param>
    /// <param name="traceParent">Null: the request was not traced.</param>
    public static ObjectAttributes AddTo(ObjectAttributes attributes, string id, string? by, string? traceParent)
    {
        var metadata = new Dictionary<string, string>(attributes.Metadata)
        {
            [ScheduleId.MetadataName] = id,
        };
        if (by is not null) metadata[ScheduledByName] = Printable(by);
        if (traceParent is not null) metadata[TraceParent.MetadataName] = traceParent;
        return attributes with { Metadata = metadata };
    }

    public static ObjectAttributes RemoveFrom(ObjectAttributes attributes) =>
        attributes with { Metadata = attributes.Metadata.Where(m => !Names.Contains(m.Key)).ToDictionary() };

    /// <summary>The name of the caller, as it is stored; null: anonymous, or not made by this service.</summary>
    public static string? ScheduledBy(ObjectAttributes attributes) =>
        attributes.Metadata.GetValueOrDefault(ScheduledByName);

    /// <summary>As it is stored; null: there is none.</summary>
    public static string? TraceParentOf(ObjectAttributes attributes) =>
        attributes.Metadata.GetValueOrDefault(TraceParent.MetadataName);

    // A header can't carry other characters, or a space at an end.
    private static string Printable(string name)
    {
        var isPrintable = name.All(c => c is >= ' ' and <= '~' and not '%') && name.Trim() == name;
        var text = isPrintable ? name : Uri.EscapeDataString(name);
        return text[..Math.Min(text.Length, LongestName)].TrimEnd();
    }
}
