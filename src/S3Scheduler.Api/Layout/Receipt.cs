using System.Text.Json;
using System.Text.Json.Serialization;

namespace S3Scheduler.Api.Layout;

/// <summary>The record of one delivery. A delivery can have two, if the answer to the first was lost.</summary>
/// <param name="Key">The schedule's key.</param>
/// <param name="DeliveredAt">When the copy was acknowledged, by the store's clock.</param>
/// <param name="Size">The content's, in bytes.</param>
/// <param name="ETag">Of the schedule's object.</param>
public sealed record Receipt(
    string Key, DateTimeOffset DeliveredAt, long Size, [property: JsonPropertyName("etag")] string ETag);

/// <summary>
/// The receipts of one batch, which are one object: a line of JSON for each. Its name tells which deliveries can be in
/// it, so that only one or two need be read to find one: <c>{recordedAt}|{dueFrom}|{dueTo}|{random}</c>.
/// </summary>
/// <param name="RecordedAt">When it was stored, by the store's clock. All its deliveries were due by then.</param>
/// <param name="DueFrom">When the first of its schedules was due.</param>
/// <param name="DueTo">When the last of its schedules was due.</param>
/// <param name="Random">Makes the name unique.</param>
public sealed partial record ReceiptBatch(
    DateTimeOffset RecordedAt, DateTimeOffset DueFrom, DateTimeOffset DueTo, string Random)
{
    /// <summary>A thousand lines with the longest keys, in which each character may be escaped, have less.</summary>
    public const long MaxBytes = 8 << 20;

    private const char Separator = '|';

    private static readonly ObjectAttributes Attributes = new() { ContentType = "application/x-ndjson" };

    /// <param name="now">The store's time has reached this.</param>
    public static ReceiptBatch Of(
        IReadOnlyCollection<(ScheduleKey Key, Receipt Receipt)> delivered, DateTimeOffset now, Random random)
    {
        var (from, to) = (delivered.Min(d => d.Key.DueAt), delivered.Max(d => d.Key.DueAt));
        // The store's clock may have been set back since, and the time of a delivery is known to half a second.
        var recordedAt = new[] { now, to, delivered.Max(d => d.Receipt.DeliveredAt) }.Max();
        return new ReceiptBatch(DueTime.RoundUp(recordedAt), from, to, random.NextName());
    }

    /// <summary>Null: a batch has no such name.</summary>
    public static ReceiptBatch? TryParse(string name)
    {
        var parts = name.Split(Separator);
        return parts.Length == 4 && RandomNames.IsName(parts[3])
            && DueTime.TryRead(parts[0]) is { } recordedAt
            && DueTime.TryRead(parts[1]) is { } from && DueTime.TryRead(parts[2]) is { } to
                ? new ReceiptBatch(recordedAt, from, to, parts[3])
                : null;
    }

    public bool MayHave(ScheduleKey key) => DueFrom <= key.DueAt && key.DueAt <= DueTo;

    public Task WriteAsync(
        IObjectStore store, ObjectAddress target, IEnumerable<Receipt> receipts, CancellationToken cancellation)
    {
        var lines = new MemoryStream();
        foreach (var receipt in receipts)
        {
            JsonSerializer.Serialize(lines, receipt, ReceiptFormat.Default.Receipt);
            lines.WriteByte((byte)'\n');
        }

        lines.Position = 0;
        return store.PutAsync(target, lines, Attributes, PutCondition.None, cancellation);
    }

    /// <summary>A damaged batch has the lines before the damage, and one that can't be read has none.</summary>
    /// <returns>The receipts that can be read, and why that is not all of them; null: it is.</returns>
    public static async Task<(IReadOnlyList<Receipt> Receipts, string? Fault)> ReadAsync(
        IObjectStore store, ObjectAddress source, CancellationToken cancellation)
    {
        var receipts = new List<Receipt>();
        try
        {
            await using var stored = await store.GetAsync(source, cancellation);
            if (stored is null) return (receipts, null); // it was removed meanwhile
            var lines = JsonSerializer.DeserializeAsyncEnumerable(
                stored.Content, ReceiptFormat.Default.Receipt, topLevelValues: true, cancellation);
            await foreach (var receipt in lines)
                if (receipt is not null) receipts.Add(receipt);
        }
        catch (JsonException)
        {
            return (receipts, "Damaged"); // somebody has written to it
        }
        catch (StoreException fault) when (!fault.IsTransient && !fault.IsServiceFault)
        {
            return (receipts, fault.Code); // this object alone: archived, say, or with rights of its own
        }

        return (receipts, null);
    }

    public override string ToString() => string.Join(
        Separator, DueTime.Write(RecordedAt), DueTime.Write(DueFrom), DueTime.Write(DueTo), Random);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(Receipt))]
    private sealed partial class ReceiptFormat : JsonSerializerContext;
}
