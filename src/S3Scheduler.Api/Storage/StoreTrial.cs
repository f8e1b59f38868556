namespace S3Scheduler.Api.Storage;

/// <summary>
/// Tries what the service relies on besides a conditional PUT, with the probe's marker: COPY, LIST in order, and
/// DELETE. Each try has a copy of its own, so that processes that start together do not mislead each other. A crash may
/// leave a copy behind; it does no harm, and a later try deletes it.
/// </summary>
/// <param name="segments">Where it writes down how long a segment of a key can be.</param>
public sealed class StoreTrial(IObjectStore store, ObjectAddress marker, Random random, SegmentLimit segments)
{
    // No try takes that long.
    private static readonly TimeSpan Outdated = TimeSpan.FromHours(1);

    private const int MaxListed = 1000;

    /// <summary>Four requests, and five where long names are refused. The marker is there already.</summary>
    /// <exception cref="StoreException">An operation is refused or works wrongly, or can't be asked for.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var copy = CopyOf(SegmentLimit.WholeKey);
        IReadOnlyList<string> outdated = [];
        await AskAsync("COPY", "s3:GetObject and s3:PutObject", async () =>
        {
            CopyOutcome outcome;
            try
            {
                outcome = await store.CopyAsync(marker, 0, copy, () => true, cancellation);
            }
            catch (StoreException refusal) when (!refusal.IsTransient && !refusal.IsServiceFault)
            {
                // If a shorter name is taken, its length was the reason.
                copy = CopyOf(SegmentLimit.FileName);
                outcome = await store.CopyAsync(marker, 0, copy, () => true, cancellation);
                segments.Bytes = SegmentLimit.FileName;
            }

            Require(outcome == CopyOutcome.Copied, "NotConsistent", $"COPY does not find {marker}, which is there");
        });
        await AskAsync("LIST", "s3:ListBucket", async () => outdated = await ListAsync(copy, cancellation));
        await AskAsync("DELETE", "s3:DeleteObject", async () =>
        {
            var targets = outdated.Append(copy.Key).Select(key => new DeleteTarget(key)).ToList();
            (await store.DeleteAsync(marker.Bucket, targets, cancellation)).ThrowIfFailed();
        });
    }

    // Its last segment has so many bytes, or the whole key as many as S3 allows. The name is ASCII.
    private ObjectAddress CopyOf(int segmentBytes)
    {
        var start = $"{marker.Key}-{random.NextInt64():x16}";
        var folder = segmentBytes == SegmentLimit.WholeKey ? 0 : marker.Key.LastIndexOf('/') + 1;
        return marker with { Key = start.PadRight(folder + segmentBytes, '-') };
    }

    /// <returns>The keys of copies that were left behind.</returns>
    private async Task<IReadOnlyList<string>> ListAsync(ObjectAddress copy, CancellationToken cancellation)
    {
        var page = await store.ListAsync(marker.Bucket, marker.Key, "", MaxListed, cancellation);
        var keys = page.Objects.Select(listed => listed.Key).ToList();
        Require(keys.Contains(marker.Key) && (page.More || keys.Contains(copy.Key)),
            "NotConsistent", $"LIST does not return {marker} and its copy, which were stored before");

        var after = await store.ListAsync(marker.Bucket, marker.Key, marker.Key, 1, cancellation);
        Require(after.Objects is [var first] && first.Key != marker.Key,
            StoreException.StartAfterIgnored, "LIST ignores start-after");
        return
        [
            .. page.Objects.Where(o => o.Key != marker.Key && page.Time.Date - o.LastModified > Outdated)
                .Select(listed => listed.Key),
        ];
    }

    private async Task AskAsync(string operation, string rights, Func<Task> ask)
    {
        try
        {
            await ask();
        }
        catch (StoreException fault) when ((!fault.IsTransient && !fault.IsServiceFault)
            || fault.Code is StoreException.ListUnordered or StoreException.StartAfterIgnored)
        {
            // A server that lists wrongly at the start does so always, such as AWS with directory buckets.
            throw new StoreException(fault.Code,
                $"{operation} does not work in bucket '{marker.Bucket}', where the service needs it, with the right to "
                + $"{rights} if rights are kept. {fault.Message}", isTransient: false, fault);
        }
    }

    private static void Require(bool holds, string code, string fault)
    {
        if (!holds) throw new StoreException(code, $"{fault}. The S3 server can't be used.", isTransient: false);
    }
}
