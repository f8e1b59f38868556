using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Layout;

/// <summary>
/// The folder of a bucket that holds the schedules. In the order of its keys come first the service's own objects,
/// whose names start with a dot, then <c>{folder}/{key}</c>, the pending schedules, earliest first.
/// </summary>
public sealed class ScheduleFolder(string bucket, string folder)
{
    private const string FailedFolder = ".failed/";
    private const string LeaseFolder = ".sweep/";
    private const long LastLease = 999_999_999_999;
    private const int LeaseDigits = 12;

    private const char CodeSeparator = '|';

    /// <summary>Kept free in every key, in bytes, for the longest other name that its object can get.</summary>
    private const int Reserve = 64;

    private const int MaxCode = Reserve - 9; // .failed/ and the separator

    public string Bucket { get; } = bucket;

    /// <summary>What all keys in the folder start with.</summary>
    public string Prefix { get; } = folder + "/";

    /// <summary>Sorts before the sweep leases, newest first, which sort before every pending schedule.</summary>
    public string BeforeLeases => Prefix + LeaseFolder;

    /// <summary>Sorts before every key, as they all start with a digit; behind the prefix, after the service's own objects.</summary>
    public const string BeforeKeys = "/";

    /// <summary>What the keys of all failed schedules start with; then they go on like pending ones.</summary>
    public string FailedPrefix => Prefix + FailedFolder;

    /// <summary>What the keys of the Python library's schedules start with.</summary>
    public string PythonPrefix => Prefix + PythonKey.Separator;

    /// <summary>An empty object that shows that the store keeps conditions.</summary>
    public ObjectAddress Marker => new(Bucket, Prefix + ".probe");

    /// <summary>The longest that a <see cref="ScheduleKey"/> can be here, in bytes of UTF-8.</summary>
    public int MaxKeyBytes => Destination.MaxKeyBytes - Encoding.UTF8.GetByteCount(Prefix) - Reserve;

    public ObjectAddress Pending(ScheduleKey key) => new(Bucket, Prefix + key);

    /// <param name="code">The error code that says why it failed.</param>
    public ObjectAddress Failed(ScheduleKey key, string code) => new(Bucket, FailedStart(key) + ErrorCode(code));

    /// <summary>What the key of this schedule starts with once it has failed; its error code follows.</summary>
    public string FailedStart(ScheduleKey key) => $"{FailedPrefix}{key}{CodeSeparator}";

    public ObjectAddress At(PendingSchedule pending) => new(Bucket, pending.Listed.Key);

    public ObjectAddress At(FailedSchedule failed) => new(Bucket, failed.Listed.Key);

    /// <summary>Sweep lease number n; the newest sorts first.</summary>
    public ObjectAddress Lease(long number) =>
        new(Bucket, BeforeLeases + (LastLease - number).ToString($"D{LeaseDigits}", CultureInfo.InvariantCulture));

    /// <summary>The pending schedules of a page, in due order; whatever else lies in the folder is passed over.</summary>
    public IReadOnlyList<PendingSchedule> Read(ObjectPage page)
    {
        var pending = new List<PendingSchedule>(page.Objects.Count);
        foreach (var listed in page.Objects)
            if (TryRead(listed.Key, out var key)) pending.Add(new PendingSchedule(key, listed));
        return pending;
    }

    /// <summary>A schedule of the Python library, listed under <see cref="PythonPrefix"/>; false: it can't be delivered.</summary>
    public bool TryReadPython(ListedObject listed, [NotNullWhen(true)] out PendingSchedule? schedule)
    {
        schedule = PythonKey.TryParse(listed.Key, out var key) && !IsInside(key.Destination) ? new PendingSchedule(key, listed) : null;
        return schedule is not null;
    }

    /// <summary>The failed schedules of a page of <see cref="FailedPrefix"/>, in due order.</summary>
    public IReadOnlyList<FailedSchedule> ReadFailed(ObjectPage page)
    {
        var failed = new List<FailedSchedule>(page.Objects.Count);
        foreach (var listed in page.Objects)
        {
            var name = listed.Key[FailedPrefix.Length..];
            var end = name.LastIndexOf(CodeSeparator);
            if (end > 0 && ScheduleKey.TryParse(name[..end], out var key)) failed.Add(new FailedSchedule(key, name[(end + 1)..], listed));
        }

        return failed;
    }

    /// <summary>The sweep leases of a page, newest first.</summary>
    public IReadOnlyList<ListedLease> ReadLeases(ObjectPage page)
    {
        var leases = new List<ListedLease>();
        foreach (var listed in page.Objects.TakeWhile(o => o.Key.StartsWith(BeforeLeases, StringComparison.Ordinal)))
        {
            var name = listed.Key.AsSpan(BeforeLeases.Length);
            if (name.Length == LeaseDigits && long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var place))
                leases.Add(new ListedLease(LastLease - place, listed));
        }

        return leases;
    }

    /// <summary>Whether pending schedules may follow a page: they all start with a digit, which sorts before ':'.</summary>
    public bool HasMorePending(ObjectPage page) =>
        page.More && string.CompareOrdinal(page.Objects[^1].Key, Prefix + ":") < 0;

    /// <summary>Whether any object can have that key here.</summary>
    public bool CanHold(ScheduleKey key) => Encoding.UTF8.GetByteCount(Pending(key).Key) <= Destination.MaxKeyBytes;

    /// <summary>The key of a new schedule.</summary>
    /// <exception cref="InvalidScheduleException">It can't be kept here.</exception>
    public ScheduleKey NewKey(DateTimeOffset dueAt, Destination destination)
    {
        var key = new ScheduleKey(dueAt, destination);
        return FaultOf(key) is { } fault ? throw new InvalidScheduleException("key", fault) : key;
    }

    /// <summary>What is wrong with a key for a new schedule here, in words for who chose it; null if nothing is.</summary>
    public string? FaultOf(ScheduleKey key)
    {
        if (IsInside(key.Destination))
            return $"A destination is not inside the scheduler's own folder, '{Prefix}' of bucket '{Bucket}'.";

        var bytes = Encoding.UTF8.GetByteCount(key.ToString());
        return bytes <= MaxKeyBytes
            ? null
            : $"The schedule's key would have {bytes} bytes, with the destination key escaped; {MaxKeyBytes} are allowed.";
    }

    // MinIO drops all slashes that a key starts with.
    private bool IsInside(Destination destination) =>
        destination.Bucket == Bucket && destination.Key.TrimStart('/').StartsWith(Prefix.TrimStart('/'), StringComparison.Ordinal);

    // S3's codes are words; what is none must not make a key too long or of another shape.
    private static string ErrorCode(string code) =>
        code.Length is > 0 and <= MaxCode && code.All(char.IsAsciiLetterOrDigit) ? code : "Other";

    private bool TryRead(string objectKey, [NotNullWhen(true)] out ScheduleKey? key)
    {
        key = null;
        return objectKey.StartsWith(Prefix, StringComparison.Ordinal) && ScheduleKey.TryParse(objectKey[Prefix.Length..], out key);
    }
}
