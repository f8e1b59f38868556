using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace S3Scheduler.Api.Layout;

/// <summary>
/// The scheduler's folder in its bucket: which key each object has, and what listed keys mean. In the order of a LIST:
/// <code>
/// {folder}/.failed/{key}|{ErrorCode}  a schedule that cannot be delivered, in due order
/// {folder}/.probe                     the empty object that shows that the server obeys If-None-Match
/// {folder}/.sweep/{999999999999-n}    sweep lease number n, newest first
/// {folder}/{key}                      a pending schedule, in due order
/// {folder}/|…                         a schedule of the Python library
/// </code>
/// So one LIST after <c>{folder}/.sweep/</c> returns the newest lease, then the earliest pending schedules.
/// </summary>
public sealed class ScheduleFolder(string bucket, string folder)
{
    private const string FailedFolder = ".failed/";
    private const string LeaseFolder = ".sweep/";
    private const long LastLease = 999_999_999_999;
    private const int LeaseDigits = 12;
    private const char CodeSeparator = '|';

    /// <summary>Bytes kept free in every key: room for the <c>.failed/</c> prefix and the error code.</summary>
    private const int Reserve = 64;

    private static readonly int MaxCodeLength = Reserve - FailedFolder.Length - 1;

    public string Bucket { get; } = bucket;

    /// <summary>All keys in the folder start with this.</summary>
    public string Prefix { get; } = folder + "/";

    /// <summary>The keys of all failed schedules start with this, and go on like those of pending ones.</summary>
    public string FailedPrefix => Prefix + FailedFolder;

    /// <summary>The keys of the Python library's schedules start with this.</summary>
    public string PythonPrefix => Prefix + PythonKey.Separator;

    /// <summary>A LIST after this returns the sweep leases, newest first, then the pending schedules.</summary>
    public string BeforeLeases => Prefix + LeaseFolder;

    /// <summary>
    /// A LIST after <see cref="Prefix"/> and this returns the pending schedules: '/' sorts after the dot of the
    /// service's own objects and before the digit that every schedule key starts with.
    /// </summary>
    public const string BeforeKeys = "/";

    /// <summary>The empty object of <see cref="StoreProbe"/>.</summary>
    public ObjectAddress Marker => new(Bucket, Prefix + ".probe");

    public ObjectAddress Lease(long number) =>
        new(Bucket, BeforeLeases + (LastLease - number).ToString($"D{LeaseDigits}", CultureInfo.InvariantCulture));

    public ObjectAddress Pending(ScheduleKey key) => new(Bucket, Prefix + key);

    /// <param name="code">The error code that says why it failed.</param>
    public ObjectAddress Failed(ScheduleKey key, string code) => new(Bucket, FailedStart(key) + ErrorCode(code));

    /// <summary>The key of this schedule, once it has failed, starts with this; its error code follows.</summary>
    public string FailedStart(ScheduleKey key) => $"{FailedPrefix}{key}{CodeSeparator}";

    public ObjectAddress At(PendingSchedule pending) => new(Bucket, pending.Listed.Key);

    public ObjectAddress At(FailedSchedule failed) => new(Bucket, failed.Listed.Key);

    /// <summary>The sweep leases at the start of a page, newest first.</summary>
    public IReadOnlyList<ListedLease> ReadLeases(ObjectPage page)
    {
        var leases = new List<ListedLease>();
        foreach (var listed in page.Objects.TakeWhile(o => o.Key.StartsWith(BeforeLeases, StringComparison.Ordinal)))
        {
            var name = listed.Key.AsSpan(BeforeLeases.Length);
            if (name.Length == LeaseDigits
                && long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var left))
                leases.Add(new ListedLease(LastLease - left, listed));
        }

        return leases;
    }

    /// <summary>The pending schedules of a page, in due order. Other objects are skipped.</summary>
    public IReadOnlyList<PendingSchedule> Read(ObjectPage page)
    {
        var pending = new List<PendingSchedule>(page.Objects.Count);
        foreach (var listed in page.Objects.Where(o => o.Key.StartsWith(Prefix, StringComparison.Ordinal)))
            if (ScheduleKey.TryParse(listed.Key[Prefix.Length..], out var key))
                pending.Add(new PendingSchedule(key, listed));
        return pending;
    }

    /// <summary>Whether pending schedules may follow a page: they start with a digit, which sorts before ':'.</summary>
    public bool HasMorePending(ObjectPage page) =>
        page.More && string.CompareOrdinal(page.Objects[^1].Key, Prefix + ":") < 0;

    /// <summary>Reads an object listed under <see cref="PythonPrefix"/>.</summary>
    /// <returns>False: it cannot be delivered.</returns>
    public bool TryReadPython(ListedObject listed, [NotNullWhen(true)] out PendingSchedule? schedule)
    {
        var canDeliver = PythonKey.TryParse(listed.Key, out var key) && !IsInside(key.Destination);
        schedule = canDeliver ? new PendingSchedule(key!, listed) : null;
        return schedule is not null;
    }

    /// <summary>The failed schedules of a page under <see cref="FailedPrefix"/>, in due order.</summary>
    public IReadOnlyList<FailedSchedule> ReadFailed(ObjectPage page)
    {
        var failed = new List<FailedSchedule>(page.Objects.Count);
        foreach (var listed in page.Objects)
        {
            var name = listed.Key[FailedPrefix.Length..];
            var end = name.LastIndexOf(CodeSeparator);
            if (end > 0 && ScheduleKey.TryParse(name[..end], out var key))
                failed.Add(new FailedSchedule(key, name[(end + 1)..], listed));
        }

        return failed;
    }

    /// <summary>The key of a new schedule.</summary>
    /// <exception cref="InvalidScheduleException">The folder cannot hold it.</exception>
    public ScheduleKey NewKey(DateTimeOffset dueAt, Destination destination)
    {
        var key = new ScheduleKey(dueAt, destination);
        return FaultOf(key) is { } fault ? throw new InvalidScheduleException("key", fault) : key;
    }

    /// <summary>Says what is wrong with the key of a new schedule; null if it is valid.</summary>
    public string? FaultOf(ScheduleKey key)
    {
        if (IsInside(key.Destination))
            return $"A destination is not inside the scheduler's own folder, '{Prefix}' of bucket '{Bucket}'.";

        var bytes = Encoding.UTF8.GetByteCount(key.ToString());
        return bytes <= MaxKeyBytes ? null : $"The schedule's key would have {bytes} bytes, "
            + $"with the destination key escaped; {MaxKeyBytes} are allowed.";
    }

    /// <summary>The longest <see cref="ScheduleKey"/> of a new schedule, in bytes of UTF-8.</summary>
    public int MaxKeyBytes => Destination.MaxKeyBytes - Encoding.UTF8.GetByteCount(Prefix) - Reserve;

    /// <summary>Whether S3 allows an object with that key here; if not, there is no such schedule.</summary>
    public bool CanHold(ScheduleKey key) => Encoding.UTF8.GetByteCount(Pending(key).Key) <= Destination.MaxKeyBytes;

    // Leading slashes are ignored, because MinIO drops all of them.
    private bool IsInside(Destination destination) => destination.Bucket == Bucket
        && destination.Key.TrimStart('/').StartsWith(Prefix.TrimStart('/'), StringComparison.Ordinal);

    // S3's error codes are words. Any other code would make the key too long, or unreadable.
    private static string ErrorCode(string code) =>
        code.Length > 0 && code.Length <= MaxCodeLength && code.All(char.IsAsciiLetterOrDigit) ? code : "Other";
}
