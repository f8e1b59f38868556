using System.Runtime.CompilerServices;

namespace S3Scheduler.Api.Storage.S3;

public sealed partial class S3ObjectStore
{
    private const int PutsAtOnce = 4;

    /// <param name="start">The first part; <paramref name="rest"/> is what follows it, perhaps nothing.</param>
    private async Task<PutResult> PutInPartsAsync(
        ObjectAddress target, Stream start, Stream rest, ObjectAttributes attributes, PutCondition condition,
        CancellationToken cancellation)
    {
        // Ceph (16) ignores the condition at the end; and nobody likes to be refused only then.
        if (await RefusalAsync(target, condition, cancellation) is { } before) return before;

        await using var upload = await MultipartUpload.BeginAsync(this, target, attributes, cancellation);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = PutsAtOnce, CancellationToken = cancellation };
        await Parallel.ForEachAsync(PartsAsync(start, rest, cancellation), parallel, async (part, ended) =>
        {
            await using (part.Content) await upload.PutPartAsync(part.Number, part.Content, ended);
        });

        if (await RefusalAsync(target, condition, cancellation) is { } meanwhile) return meanwhile;
        var (etag, time) = await upload.CompleteAsync(condition, cancellation);
        var isOurs = etag is not null && (condition == PutCondition.None || await IsStillAsync(target, etag, cancellation));
        return new PutResult(isOurs, time);
    }

    // One after the other, as the workers ask for them: no more wait on disk than are under way.
    private async IAsyncEnumerable<(int Number, Stream Content)> PartsAsync(
        Stream start, Stream rest, [EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return (1, start);
        for (var number = 2; ; number++)
        {
            var length = _limits.UploadPartAt(number);
            var part = await TemporaryContent.SpoolAsync(rest, length, cancellation);
            var isLast = part.Length < length;
            if (part.Length > 0) yield return (number, part);
            else await part.DisposeAsync();
            if (isLast) yield break;
        }
    }

    // Null: no condition, or it holds now.
    private async Task<PutResult?> RefusalAsync(ObjectAddress target, PutCondition condition, CancellationToken cancellation)
    {
        if (condition == PutCondition.None) return null;
        return await CallAsync<PutResult?>(target, _limit, async (call, limited) =>
            await FindAsync(call, target, limited) is null ? null : new PutResult(Stored: false, S3ResponseMapper.Time(call)), cancellation);
    }

    // Where it is gone already, it was there.
    private async Task<bool> IsStillAsync(ObjectAddress target, string etag, CancellationToken cancellation)
        => await HeadAsync(target, cancellation) is not { } there || there.ETag == etag;
}
