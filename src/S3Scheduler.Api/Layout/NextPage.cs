namespace S3Scheduler.Api.Layout;

/// <summary>
/// Where a LIST of schedules goes on. Keys that no schedule can have are passed over, however many there are: the next
/// page begins at the next key that a schedule can have.
/// </summary>
/// <param name="After">The LIST starts after this key.</param>
/// <param name="From">All schedules that are due before were listed.</param>
public readonly record struct NextPage(string After, DateTimeOffset From)
{
    /// <param name="prefix">All keys of the list start with it. In a schedule's key, its due time follows.</param>
    /// <param name="separator">What follows the due time.</param>
    /// <returns>Null: no schedule follows.</returns>
    public static NextPage? Of(ObjectPage page, string prefix, char separator)
    {
        if (!page.More) return null;
        var last = page.Objects[^1].Key;
        var name = last[prefix.Length..];
        if (!Follows(DueTime.Max)) return null;

        var (low, high) = (0L, DueTime.Max.Ticks / TimeSpan.TicksPerMillisecond);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Follows(Time(middle))) high = middle;
            else low = middle + 1;
        }

        // The last key can be among the schedules of one time.
        if (low > 0 && name.StartsWith(Start(Time(low - 1)), StringComparison.Ordinal))
            return new NextPage(last, Time(low - 1));
        var before = $"{prefix}{DueTime.Write(Time(low))}{(char)(separator - 1)}";
        return new NextPage(string.CompareOrdinal(last, before) > 0 ? last : before, Time(low));

        // All these are ASCII, so UTF-16 has the order of the LIST.
        string Start(DateTimeOffset time) => DueTime.Write(time) + separator;
        bool Follows(DateTimeOffset time) => string.CompareOrdinal(Start(time), name) > 0;
        static DateTimeOffset Time(long milliseconds) => new(milliseconds * TimeSpan.TicksPerMillisecond, default);
    }
}
