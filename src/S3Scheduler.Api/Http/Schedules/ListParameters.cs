using System.Globalization;
using S3Scheduler.Api.Scheduling;
using S3Scheduler.Api.Scheduling.Many;

namespace S3Scheduler.Api.Http.Schedules;

/// <summary>
/// The query of every call that is about many schedules, as text, so that each fault can name its parameter. A call
/// refuses the parameters that it does not take before it reads them.
/// </summary>
public sealed class ListParameters(IQueryCollection query)
{
    public const int DefaultBins = 60;
    public const int MaxBins = 500;
    public const int MaxSeconds = 60;

    public static readonly string[] OfList = ["from", "to", "bucket", "keyPrefix", "status", "code", "limit", "after"];

    public static readonly string[] OfSummary =
        ["status", "from", "to", "bucket", "keyPrefix", "code", "bins", "seconds"];

    public static readonly string[] OfRetry = ["bucket", "keyPrefix", "code", "from", "to", "after", "dryRun"];

    public static readonly string[] OfCancel =
        ["status", "bucket", "keyPrefix", "code", "from", "to", "after", "dryRun"];

    public static readonly string[] OfReschedule =
        ["dueAt", "by", "bucket", "keyPrefix", "from", "to", "after", "dryRun"];

    private static readonly string[] Filters = ["bucket", "keyPrefix", "code", "from", "to"];

    public bool IsOfDelivered => this["status"] == "delivered";

    private string? this[string name] => query.TryGetValue(name, out var text) ? text.ToString() : null;

    public static ValueTask<ListParameters> BindAsync(HttpContext context) =>
        new(new ListParameters(context.Request.Query));

    /// <summary>Of pending or failed ones, as the parameter status says.</summary>
    /// <param name="within">Only schedules to these destinations; null: to all.</param>
    /// <param name="faults">What was wrong already.</param>
    /// <exception cref="InvalidScheduleException">Parameters are wrong; it names them all.</exception>
    public ScheduleQuery ToQuery(AllowedDestinations? within, FieldFaults? faults = null)
    {
        faults ??= new FieldFaults();
        return ToQuery(ReadStatus("pending, failed or delivered", faults), within, faults);
    }

    /// <inheritdoc cref="ToQuery(AllowedDestinations?, FieldFaults?)"/>
    public ScheduleQuery ToQuery(ScheduleStatus status, AllowedDestinations? within, FieldFaults faults) =>
        ToQuery(status, ReadAfter(faults), within, faults);

    /// <summary>Of pending ones that are given another time.</summary>
    /// <inheritdoc cref="ToQuery(AllowedDestinations?, FieldFaults?)"/>
    public ScheduleQuery ToRescheduleQuery(AllowedDestinations? within, FieldFaults faults)
    {
        var position = this["after"] is { } text ? ReschedulePosition.TryParse(text) : null;
        if (this["after"] is not null && position is null)
            faults.Add("after", "Give the next of the previous page, or a time.");
        return ToQuery(ScheduleStatus.Pending, position?.After, within, faults) with
        {
            StoredBefore = position?.StoredBefore,
        };
    }

    private ScheduleQuery ToQuery(
        ScheduleStatus status, ScheduleKey? after, AllowedDestinations? within, FieldFaults faults)
    {
        var (from, to) = (ReadTime("from", faults), ReadTime("to", faults));
        var query = new ScheduleQuery(
            status, from, to, ReadBucket(faults), after, ReadLimit(faults), ReadKeyPrefix(faults));
        var code = ReadCode(status, faults);
        faults.ThrowIfAny();
        return query with { Code = code, Within = within };
    }

    /// <inheritdoc cref="ToQuery(AllowedDestinations?, FieldFaults?)"/>
    public DeliveredQuery ToDeliveredQuery(AllowedDestinations? within, FieldFaults? faults = null)
    {
        faults ??= new FieldFaults();
        var after = this["after"] is { } text ? ReceiptPosition.TryParse(text) : null;
        if (this["after"] is not null && after is null) faults.Add("after", "Give the next of the previous page.");
        ReadCode(ScheduleStatus.Delivered, faults);
        var query = new DeliveredQuery(
            ReadTime("from", faults), ReadTime("to", faults), ReadBucket(faults), ReadKeyPrefix(faults), after,
            ReadLimit(faults), within);
        faults.ThrowIfAny();
        return query;
    }

    /// <summary>Of a call that changes schedules: pending or failed ones.</summary>
    public ScheduleStatus ReadChanged(FieldFaults faults) => ReadStatus("pending or failed here", faults);

    /// <summary>Of a call that would change all schedules by mistake.</summary>
    public void RequireFilter(FieldFaults faults)
    {
        if (!Filters.Any(query.ContainsKey))
            faults.Add(Filters[0], $"Give at least one filter: {string.Join(", ", Filters)}. If you mean all "
                + "schedules, give from=2000-01-01T00:00:00Z.");
    }

    /// <summary>Exactly one of dueAt and by.</summary>
    public NewTime ReadNewTime(FieldFaults faults)
    {
        switch (this["dueAt"], this["by"])
        {
            case ({ }, null):
                return new NewTime(ReadTime("dueAt", faults), default);
            case (null, { } by):
                var isBack = by.StartsWith('-');
                var length = isBack ? by[1..] : by;
                if (DueTime.ParseDelay(length) is { } shift) return new NewTime(null, isBack ? -shift : shift);
                faults.Add("by", DelayFaults.Of(length));
                return default;
            default:
                faults.Add("dueAt", "Give either dueAt or by, one of them.");
                return default;
        }
    }

    public bool ReadDryRun(FieldFaults faults)
    {
        if (this["dryRun"] is not (null or "true" or "false")) faults.Add("dryRun", "Give true or false.");
        return this["dryRun"] == "true";
    }

    public int ReadBins(FieldFaults faults) => ReadNumber("bins", DefaultBins, 0, MaxBins, faults);

    /// <summary>Null: it may take as long as its bound of requests lets it.</summary>
    public TimeSpan? ReadPatience(FieldFaults faults) => this["seconds"] is null
        ? null : TimeSpan.FromSeconds(ReadNumber("seconds", MaxSeconds, 1, MaxSeconds, faults));

    private ScheduleStatus ReadStatus(string options, FieldFaults faults)
    {
        if (this["status"] is not (null or "pending" or "failed")) faults.Add("status", $"A status is {options}.");
        return this["status"] == "failed" ? ScheduleStatus.Failed : ScheduleStatus.Pending;
    }

    private DateTimeOffset? ReadTime(string name, FieldFaults faults)
    {
        if (this[name] is not { } text) return null;
        var time = DueTime.Parse(text);
        if (time is null) faults.Add(name, TimeFaults.Of(text));
        return time;
    }

    private string? ReadBucket(FieldFaults faults)
    {
        var bucket = this["bucket"];
        if (bucket is not null) faults.Add("bucket", Destination.FaultOfBucket(bucket));
        return bucket;
    }

    private string? ReadKeyPrefix(FieldFaults faults)
    {
        if (this["keyPrefix"] is not { } text) return null;
        var (prefix, fault) = ScheduleFieldsReader.ReadKey(text);
        faults.Add("keyPrefix", fault);
        return prefix;
    }

    private string? ReadCode(ScheduleStatus status, FieldFaults faults)
    {
        var code = this["code"];
        if (code is null) return null;
        if (status != ScheduleStatus.Failed)
            faults.Add("code", "Only failed schedules have a code: add status=failed.");
        if (ScheduleFolder.ErrorCode(code) != code)
            faults.Add("code", "A code is the error code of failed schedules: a word, such as NoSuchBucket.");
        return code;
    }

    private ScheduleKey? ReadAfter(FieldFaults faults)
    {
        ScheduleKey? key = null;
        if (this["after"] is { } after && !KeyInPath.TryRead(after, out key))
            faults.Add("after", "Give the next of the previous page, or the key of a schedule.");
        return key;
    }

    private int ReadLimit(FieldFaults faults) =>
        ReadNumber("limit", ScheduleQuery.DefaultLimit, 1, ScheduleQuery.MaxLimit, faults);

    private int ReadNumber(string name, int otherwise, int least, int most, FieldFaults faults)
    {
        if (this[name] is not { } text) return otherwise;
        // TryParse alone would accept a sign, spaces, and NUL characters after the number.
        var isNumber = int.TryParse(text, CultureInfo.InvariantCulture, out var number) && text.All(char.IsAsciiDigit);
        if (!isNumber || number < least || number > most)
            faults.Add(name, $"Give a number from {least} to {most}.");
        return number;
    }
}
