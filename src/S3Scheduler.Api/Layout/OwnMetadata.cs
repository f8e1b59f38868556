namespace S3Scheduler.Api.Layout;

/// <summary>
/// What the service itself keeps in the metadata of a schedule: its <see cref="ScheduleId"/>, and who scheduled it. A
/// copy keeps both.
/// </summary>
public static class OwnMetadata
{
    /// <summary>Bytes of S3's limit that are kept free for it.</summary>
    public const int MaxBytes = 256;

    private const string ScheduledByName = "scheduled-by";
    private const int LongestName = 128;

    public static readonly IReadOnlyList<string> Names = [ScheduleId.MetadataName, ScheduledByName];

    /// <param name="id">A random name of the schedule, from <see cref="RandomNames"/>.</param>
    /// <param name="by">The name of the caller; null: anonymous. A long one is cut.</param>
    public static ObjectAttributes AddTo(ObjectAttributes attributes, string id, string? by)
    {
        var metadata = new Dictionary<string, string>(attributes.Metadata)
        {
            [ScheduleId.MetadataName] = id,
        };
        if (by is not null) metadata[ScheduledByName] = Printable(by);
        return attributes with { Metadata = metadata };
    }

    public static ObjectAttributes RemoveFrom(ObjectAttributes attributes) =>
        attributes with { Metadata = attributes.Metadata.Where(m => !Names.Contains(m.Key)).ToDictionary() };

    /// <summary>The name of the caller, as it is stored; null: anonymous, or not made by this service.</summary>
    public static string? ScheduledBy(ObjectAttributes attributes) =>
        attributes.Metadata.GetValueOrDefault(ScheduledByName);

    // A header can't carry other characters, or a space at an end.
    private static string Printable(string name)
    {
        var isPrintable = name.All(c => c is >= ' ' and <= '~' and not '%') && name.Trim() == name;
        var text = isPrintable ? name : Uri.EscapeDataString(name);
        return text[..Math.Min(text.Length, LongestName)].TrimEnd();
    }
}
