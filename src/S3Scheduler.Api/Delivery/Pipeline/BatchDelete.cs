using S3Scheduler.Api.Delivery.Receipts;

namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>
/// Deletes what was copied, once its receipts are stored: so a schedule that is gone without a receipt was cancelled,
/// wherever this process ends.
/// </summary>
public sealed class BatchDelete(
    IObjectStore store, ScheduleFolder folder, SettledSchedules settled, ReceiptWriter receipts)
{
    /// <summary>At most one PUT, then one DELETE.</summary>
    /// <param name="leases">Old leases, which are deleted too.</param>
    /// <returns>By key of the object: what is not known to be deleted, and why.</returns>
    internal async Task<IReadOnlyDictionary<string, Undeleted>> RunAsync(
        IReadOnlyList<Copied> batch, IReadOnlyList<ListedObject> leases, CancellationToken abandon)
    {
        var delivered = batch
            .Where(c => c.Attempt.Outcome == DeliveryOutcome.Delivered && !settled.HasReceipt(c.Schedule)).ToList();
        var fault = await receipts.TryWriteAsync([.. delivered.Select(c => (c.Schedule.Key, c.Receipt))], abandon);
        var kept = fault is null ? [] : delivered.Select(c => c.Schedule.Listed.Key).ToHashSet();

        var objects = batch.Select(c => c.Schedule.Listed).Where(o => !kept.Contains(o.Key)).Concat(leases).ToList();
        var undeleted = await TryDeleteAsync(objects, abandon);
        foreach (var key in kept) undeleted[key] = new Undeleted(fault!, IsSent: false);
        return undeleted;
    }

    /// <summary>Old leases that stay are deleted by a later sweep.</summary>
    public async Task RunAsync(IReadOnlyList<ListedObject> leases, CancellationToken abandon) =>
        await TryDeleteAsync(leases, abandon);

    private async Task<Dictionary<string, Undeleted>> TryDeleteAsync(
        IReadOnlyList<ListedObject> objects, CancellationToken abandon)
    {
        if (objects.Count == 0) return [];
        try
        {
            var targets = objects.Select(o => new DeleteTarget(o.Key, o.ETag)).ToList();
            var deleted = await store.DeleteAsync(folder.Bucket, targets, abandon);
            return deleted.Failed.ToDictionary(f => f.Key, f => new Undeleted(f.Value));
        }
        catch (Exception e)
        {
            // Whatever it is, it must not stop other deliveries.
            var refusal = e is StoreException { IsTransient: false } fault ? fault.Code : StoreException.Unreachable;
            return objects.ToDictionary(o => o.Key, _ => new Undeleted(refusal));
        }
    }
}

/// <summary>Why an object is not known to be deleted.</summary>
/// <param name="Code">The error code.</param>
/// <param name="IsSent">False: its receipt could not be stored, so the store was not asked.</param>
internal readonly record struct Undeleted(string Code, bool IsSent = true)
{
    /// <summary>The object under the key was replaced, so the one that was copied is gone.</summary>
    public bool IsReplaced => IsSent && Code == "PreconditionFailed";

    /// <summary>For an operator.</summary>
    public string Reason => IsSent ? $"NotDeleted:{Code}" : "ReceiptsNotStored";

    /// <summary>Whether the object is still there for certain.</summary>
    public bool IsRefused => !IsSent || !StoreException.IsTransientCode(Code);
}
