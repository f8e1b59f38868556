using System.Diagnostics.CodeAnalysis;
using System.Text;
using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Scheduling;

/// <summary>
/// The folder of a bucket that holds the schedules. In the order of its keys come first the service's own objects,
/// whose names start with a dot, then <c>{folder}/{key}</c>, the pending schedules, earliest first.
/// </summary>
public sealed class ScheduleFolder(SchedulerOptions options)
{
    /// <summary>Kept free in every key, in bytes, for the longest other name that its object can get.</summary>
    private const int Reserve = 64;

    public string Bucket { get; } = options.Bucket;

    /// <summary>What all keys in the folder start with.</summary>
    public string Prefix { get; } = options.Folder + "/";

    /// <summary>Sorts after the service's own objects and before every pending schedule.</summary>
    public string BeforePending => Prefix + "/";

    /// <summary>An empty object that shows that the store keeps conditions.</summary>
    public ObjectAddress Marker => new(Bucket, Prefix + ".probe");

    /// <summary>The longest that a <see cref="ScheduleKey"/> can be here, in bytes of UTF-8.</summary>
    public int MaxKeyBytes => Destination.MaxKeyBytes - Encoding.UTF8.GetByteCount(Prefix) - Reserve;

    public ObjectAddress Pending(ScheduleKey key) => new(Bucket, Prefix + key);

    /// <summary>Sorts before every schedule due at <paramref name="time"/> or later, and after all earlier ones.</summary>
    public string DueFrom(DateTimeOffset time) => Prefix + DueTime.Write(DueTime.RoundUp(time));

    /// <summary>The pending schedules of a page, in due order; whatever else lies in the folder is passed over.</summary>
    public IReadOnlyList<PendingSchedule> Read(ObjectPage page)
    {
        var pending = new List<PendingSchedule>(page.Objects.Count);
        foreach (var listed in page.Objects)
            if (TryRead(listed.Key, out var key)) pending.Add(new PendingSchedule(key, listed));
        return pending;
    }

    /// <summary>Whether pending schedules may follow a page: they all start with a digit, which sorts before ':'.</summary>
    public bool HasMorePending(ObjectPage page) =>
        page.More && string.CompareOrdinal(page.Objects[^1].Key, Prefix + ":") < 0;

    /// <summary>Whether any object can have that key here.</summary>
    public bool CanHold(ScheduleKey key) => Encoding.UTF8.GetByteCount(Pending(key).Key) <= Destination.MaxKeyBytes;

    /// <summary>What is wrong with a key for a new schedule here, in words for who chose it; null if nothing is.</summary>
    public string? FaultOf(ScheduleKey key)
    {
        if (key.Destination.Bucket == Bucket && key.Destination.Key.StartsWith(Prefix, StringComparison.Ordinal))
            return $"A destination is not inside the scheduler's own folder, '{Prefix}' of bucket '{Bucket}'.";

        var bytes = Encoding.UTF8.GetByteCount(key.ToString());
        return bytes <= MaxKeyBytes
            ? null
            : $"The schedule's key would have {bytes} bytes, with the destination key escaped; {MaxKeyBytes} are allowed.";
    }

    private bool TryRead(string objectKey, [NotNullWhen(true)] out ScheduleKey? key)
    {
        key = null;
        return objectKey.StartsWith(Prefix, StringComparison.Ordinal) && ScheduleKey.TryParse(objectKey[Prefix.Length..], out key);
    }
}
