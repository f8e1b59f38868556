using System.Globalization;

namespace S3Scheduler.Api.Scheduling;

/// <summary>Which deliveries to list.</summary>
/// <param name="From">Recorded at this time or later.</param>
/// <param name="To">Recorded before this time.</param>
/// <param name="Bucket">The destination bucket; null: any.</param>
/// <param name="KeyPrefix">What the destination key starts with; null: anything.</param>
/// <param name="After">Only what follows this position; null: from the newest on.</param>
/// <param name="Limit">How many at most; 1 to 1,000.</param>
/// <param name="Within">Only to these destinations; null: to all.</param>
public sealed record DeliveredQuery(
    DateTimeOffset? From, DateTimeOffset? To, string? Bucket, string? KeyPrefix, ReceiptPosition? After, int Limit,
    AllowedDestinations? Within = null)
{
    public bool Takes(Destination destination) => ScheduleQuery.Takes(destination, Bucket, KeyPrefix, Within);
}

/// <param name="Next">Where the next page starts; null: there is none.</param>
public sealed record DeliveredPage(IReadOnlyList<Schedule> Schedules, ReceiptPosition? Next);

/// <summary>A place in the list of deliveries, between two of them.</summary>
/// <param name="Before">What was recorded before this time follows.</param>
/// <param name="Batch">The rest of this batch follows, too; null: of none.</param>
/// <param name="Taken">How many of its receipts come before this place.</param>
public sealed record ReceiptPosition(DateTimeOffset Before, ReceiptBatch? Batch, int Taken)
{
    private const char Separator = '|';

    public static ReceiptPosition At(DateTimeOffset before) => new(before, null, 0);

    public static ReceiptPosition In(ReceiptBatch batch, int taken) =>
        new(batch.RecordedAt < DueTime.Max ? batch.RecordedAt.AddMilliseconds(1) : DueTime.Max, batch, taken);

    /// <summary>Reads what <see cref="ToString"/> writes; null if it is anything else.</summary>
    public static ReceiptPosition? TryParse(string text)
    {
        if (DueTime.TryRead(text) is { } time) return At(time);
        var end = text.LastIndexOf(Separator);
        return end > 0 && ReceiptBatch.TryParse(text[..end]) is { } batch
            && int.TryParse(text[(end + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var taken)
                ? In(batch, taken)
                : null;
    }

    public override string ToString() => Batch is null ? DueTime.Write(Before) : $"{Batch}{Separator}{Taken}";
}
