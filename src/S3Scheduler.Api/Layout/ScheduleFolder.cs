using System.Globalization;
using System.Text;

namespace S3Scheduler.Api.Layout;

/// <summary>
/// The scheduler's folder in its bucket: which key each object has, and what listed keys mean. In the order of a LIST:
/// <code>
/// {folder}/.claims/{hash}-{number}    the right to retry or reschedule one schedule, while that is under way
/// {folder}/.delivered/{…}             the receipts of a batch of deliveries: a <see cref="ReceiptBatch"/>
/// {folder}/.failed/.marks/{key}|      a schedule that failed but could not be moved: a <see cref="FailureMark"/>; in
///                                     this {key}, '/' follows the due time
/// {folder}/.failed/{key}|{ErrorCode}  a schedule that cannot be delivered, in due order
/// {folder}/.probe                     the empty object that shows that the server obeys If-None-Match
/// {folder}/.probe-{random}            what the start and the first upload try beside it, for a moment
/// {folder}/.staging/{random}          big content, until its form has ended and is right
/// {folder}/.sweep/{999999999999-n}    sweep lease number n, newest first
/// {folder}/{key}                      a pending schedule, in due order
/// {folder}/|…                         a schedule of the Python library
/// </code>
/// So one LIST after <c>{folder}/.sweep/</c> returns the newest lease, then the earliest pending schedules.
/// </summary>
/// <param name="destinations">Where its schedules may be delivered to; null: anywhere.</param>
/// <param name="segments">How long a schedule's name can be on this server; null: as long as S3 allows.</param>
public sealed partial class ScheduleFolder(
    string bucket, string folder, AllowedDestinations? destinations = null, SegmentLimit? segments = null)
{
    private const string FailedFolder = ".failed/";
    private const string MarksFolder = FailedFolder + ".marks/";
    private const string LeaseFolder = ".sweep/";
    private const long LastLease = 999_999_999_999;

    /// <summary>Higher numbers are not of this service: with one lease a second it takes 30,000 years.</summary>
    private const long HighestLease = LastLease - 1_000_000;
    private const int LeaseDigits = 12;
    private const char CodeSeparator = '|';
    private const char AfterSeparator = '}';

    /// <summary>Bytes kept free in every key: room for the <c>.failed/</c> prefix and the error code.</summary>
    private const int Reserve = 64;

    private static readonly int MaxCodeLength = Reserve - FailedFolder.Length - 1;

    private readonly AllowedDestinations _destinations = destinations ?? new AllowedDestinations();
    private readonly SegmentLimit _segments = segments ?? new SegmentLimit();

    public string Bucket { get; } = bucket;

    /// <summary>All keys in the folder start with this.</summary>
    public string Prefix { get; } = folder + "/";

    /// <summary>The bucket, and what all keys in the folder start with.</summary>
    public ObjectAddress Root => new(Bucket, Prefix);

    /// <summary>
    /// The keys of all failed schedules that were moved start with this, and go on like those of pending ones.
    /// </summary>
    public string FailedPrefix => Prefix + FailedFolder;

    /// <summary>
    /// The keys of all failure marks start with this. A LIST has them in the order of the moved schedules.
    /// </summary>
    public string MarksPrefix => Prefix + MarksFolder;

    /// <summary>The keys of the Python library's schedules start with this.</summary>
    public string PythonPrefix => Prefix + PythonKey.Separator;

    /// <summary>The keys of all sweep leases start with this.</summary>
    public string LeasePrefix => Prefix + LeaseFolder;

    /// <summary>A LIST after this returns the sweep leases, newest first, then the pending schedules.</summary>
    public string BeforeLeases => LeaseKey(HighestLease + 1);

    /// <summary>
    /// A LIST after <see cref="Prefix"/> and this returns the pending schedules: '/' sorts after the dot of the
    /// service's own objects and before the digit that every schedule key starts with.
    /// </summary>
    public const string BeforeKeys = "/";

    /// <summary>A LIST after this returns the schedules that are due at that time or later.</summary>
    public string BeforeDue(DateTimeOffset dueAt) => Prefix + DueTime.Write(dueAt);

    /// <summary>The empty object of <see cref="StoreProbe"/>.</summary>
    public ObjectAddress Marker => new(Bucket, Prefix + ".probe");

    /// <summary>The keys of all content that waits for the end of its form start with this.</summary>
    public string StagingPrefix => Prefix + ".staging/";

    /// <param name="name">From <see cref="RandomNames"/>.</param>
    public ObjectAddress Staged(string name) => new(Bucket, StagingPrefix + name);

    public bool IsStaged(string key) => key.StartsWith(StagingPrefix, StringComparison.Ordinal)
        && RandomNames.IsName(key.AsSpan(StagingPrefix.Length));

    public ObjectAddress Lease(long number) => new(Bucket, LeaseKey(number));

    public ObjectAddress Pending(ScheduleKey key) => new(Bucket, Prefix + key);

    /// <param name="code">The error code that says why it failed.</param>
    public ObjectAddress Failed(ScheduleKey key, string code) => new(Bucket, FailedStart(key) + ErrorCode(code));

    /// <summary>The key of this schedule, once it has failed, starts with this; its error code follows.</summary>
    public string FailedStart(ScheduleKey key) => $"{FailedPrefix}{key}{CodeSeparator}";

    /// <summary>
    /// The mark of a schedule that could not be moved. The last part of its key is shorter than that of the pending
    /// object's key, because a server may have refused a longer name.
    /// </summary>
    public ObjectAddress FailedMark(ScheduleKey key) => new(Bucket, MarksPrefix + MarkName(key) + CodeSeparator);

    /// <summary>A LIST after this returns the moved schedules after a key, under whatever error code.</summary>
    public string AfterFailed(ScheduleKey key) => $"{FailedPrefix}{key}{AfterSeparator}";

    /// <summary>A LIST after this returns the marks after a key.</summary>
    public string AfterMark(ScheduleKey key) => MarksPrefix + MarkName(key) + AfterSeparator;

    public ObjectAddress At(PendingSchedule pending) => new(Bucket, pending.Listed.Key);

    public ObjectAddress At(FailedSchedule failed) => new(Bucket, failed.Listed.Key);

    /// <summary>The sweep leases at the start of a page, newest first.</summary>
    public IReadOnlyList<ListedLease> ReadLeases(ObjectPage page)
    {
        var leases = new List<ListedLease>();
        foreach (var listed in page.Objects.TakeWhile(IsAmongLeases))
        {
            var name = listed.Key.AsSpan(LeasePrefix.Length);
            if (name.Length == LeaseDigits
                && long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var left))
                leases.Add(new ListedLease(LastLease - left, listed));
        }

        return leases;
    }

    /// <summary>How many objects among the sweep leases at the start of a page are none.</summary>
    public int CountNotLeases(ObjectPage page) =>
        page.Objects.TakeWhile(IsAmongLeases).Count() - ReadLeases(page).Count;

    /// <summary>Whether other objects fill a page after <see cref="BeforeLeases"/>: it shows no lease.</summary>
    public bool HidesLeases(ObjectPage page) =>
        page.More && IsAmongLeases(page.Objects[^1]) && ReadLeases(page).Count == 0;

    /// <summary>The pending schedules of a page, in due order. Other objects are skipped.</summary>
    public IReadOnlyList<PendingSchedule> Read(ObjectPage page)
    {
        var pending = new List<PendingSchedule>(page.Objects.Count);
        foreach (var listed in page.Objects.Where(o => o.Key.StartsWith(Prefix, StringComparison.Ordinal)))
            if (ScheduleKey.TryParse(listed.Key[Prefix.Length..], out var key))
                pending.Add(new PendingSchedule(key, listed));
        return pending;
    }

    /// <summary>Null: no pending schedule follows a page under <see cref="Prefix"/>.</summary>
    public NextPage? NextPending(ObjectPage page) => NextPage.Of(page, Prefix, CodeSeparator);

    /// <summary>Null: no failed schedule follows a page under <see cref="FailedPrefix"/>.</summary>
    public NextPage? NextFailed(ObjectPage page) => NextPage.Of(page, FailedPrefix, CodeSeparator);

    /// <summary>Null: no mark follows a page under <see cref="MarksPrefix"/>.</summary>
    public NextPage? NextMark(ObjectPage page) => NextPage.Of(page, MarksPrefix, '/');

    /// <summary>The keys of the schedules whose marks are on a page under <see cref="MarksPrefix"/>.</summary>
    public IReadOnlyList<ScheduleKey> ReadMarks(ObjectPage page)
    {
        var marks = new List<ScheduleKey>(page.Objects.Count);
        foreach (var listed in page.Objects)
        {
            var name = listed.Key[MarksPrefix.Length..];
            if (name.IndexOf('/') == DueTime.Length && name[^1] == CodeSeparator
                && ScheduleKey.TryParse($"{name[..DueTime.Length]}|{name[(DueTime.Length + 1)..^1]}", out var key))
                marks.Add(key);
        }

        return marks;
    }

    /// <summary>Whether <paramref name="x"/> comes before <paramref name="y"/> in a LIST of failed schedules.</summary>
    public static bool IsListedBefore(ScheduleKey x, ScheduleKey y) =>
        Encoding.UTF8.GetBytes($"{x}{CodeSeparator}").AsSpan()
            .SequenceCompareTo(Encoding.UTF8.GetBytes($"{y}{CodeSeparator}")) < 0;

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
        return FaultOf(key) is { } fault ? throw new InvalidScheduleException(fault.Field, fault.Text) : key;
    }

    /// <summary>Says what is wrong with the key of a new schedule; null if it is valid.</summary>
    public DestinationFault? FaultOf(ScheduleKey key)
    {
        if (FaultOf(key.Destination) is { } fault) return fault;
        var bytes = Encoding.UTF8.GetByteCount(key.ToString());
        return bytes <= MaxKeyBytes ? null : new("key", $"The schedule's key would have {bytes} bytes, "
            + $"with the destination key escaped; {MaxKeyBytes} are allowed"
            + (_segments.Bytes < Destination.MaxKeyBytes
                ? $" here: the server takes no name above {_segments.Bytes} bytes."
                : "."));
    }

    /// <summary>The longest <see cref="ScheduleKey"/> of a new schedule, in bytes of UTF-8.</summary>
    public int MaxKeyBytes => Math.Min(
        Destination.MaxKeyBytes - Encoding.UTF8.GetByteCount(Prefix) - Reserve,
        _segments.Bytes - Reserve + FailedFolder.Length);

    /// <summary>Whether the server takes an object with that key here; if not, there is no such schedule.</summary>
    public bool CanHold(ScheduleKey key) => Encoding.UTF8.GetByteCount(Pending(key).Key) <= Destination.MaxKeyBytes
        && Encoding.UTF8.GetByteCount(key.ToString()) <= _segments.Bytes;

    private bool IsAmongLeases(ListedObject listed) => listed.Key.StartsWith(LeasePrefix, StringComparison.Ordinal);

    private string LeaseKey(long number) =>
        LeasePrefix + (LastLease - number).ToString($"D{LeaseDigits}", CultureInfo.InvariantCulture);

    // '/' at one and the same place keeps the order.
    private static string MarkName(ScheduleKey key) => $"{DueTime.Write(key.DueAt)}/{$"{key}"[(DueTime.Length + 1)..]}";

    /// <summary>S3's error codes are words. Any other code would make the key too long, or unreadable.</summary>
    public static string ErrorCode(string code) =>
        code.Length > 0 && code.Length <= MaxCodeLength && code.All(char.IsAsciiLetterOrDigit) ? code : "Other";
}
