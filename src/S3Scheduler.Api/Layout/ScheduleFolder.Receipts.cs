namespace S3Scheduler.Api.Layout;

public sealed partial class ScheduleFolder
{
    /// <summary>The keys of all receipts start with this. A LIST has those that were stored first, first.</summary>
    public string ReceiptsPrefix => Prefix + ".delivered/";

    public ObjectAddress At(ReceiptBatch batch) => new(Bucket, $"{ReceiptsPrefix}{batch}");

    /// <summary>A LIST after this returns the receipts that were stored at that time or later.</summary>
    public string BeforeReceipts(DateTimeOffset recordedAt) => ReceiptsPrefix + DueTime.Write(recordedAt);

    /// <summary>
    /// The receipts of a page under <see cref="ReceiptsPrefix"/>. Other objects are skipped, and those that are larger
    /// than a batch can be.
    /// </summary>
    public IEnumerable<(ReceiptBatch Batch, ListedObject Listed)> ReadReceipts(ObjectPage page) =>
        from listed in page.Objects
        let batch = ReceiptBatch.TryParse(listed.Key[ReceiptsPrefix.Length..])
        where batch is not null && listed.Size <= ReceiptBatch.MaxBytes
        select (batch, listed);
}
