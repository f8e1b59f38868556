using System.Collections.Concurrent;
using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace S3Scheduler.Api.Storage.S3;

public sealed partial class S3ObjectStore
{
    private const int DeletesAtOnce = 16;

    private bool _deletesSingly;

    public async Task<DeleteResult> DeleteAsync(
        string bucket, IReadOnlyCollection<DeleteTarget> targets, CancellationToken cancellation)
    {
        foreach (var target in targets) S3Names.Check(new ObjectAddress(bucket, target.Key));
        var deletes = new Deletes(targets);
        var batch = Volatile.Read(ref _deletesSingly) ? [] : targets.Where(t => S3Names.FitsXml(t.Key)).ToList();
        var refusal = batch.Count > 0 ? await DeleteBatchAsync(bucket, batch, deletes, cancellation) : null;
        if (refusal is not null) batch = [];

        var deleted = await DeleteSinglyAsync(bucket, [.. targets.Except(batch)], deletes, cancellation);
        // If they are refused, too, the batch was not the reason.
        if (refusal is not null && deleted > 0 && !Interlocked.Exchange(ref _deletesSingly, true))
            _logger.DeletesSingly(bucket, refusal.Code, refusal.Message);
        return deletes.ToResult();
    }

    /// <returns>Why the server refuses the request, whatever keys are in it; null: it does not.</returns>
    private Task<StoreException?> DeleteBatchAsync(
        string bucket, IReadOnlyCollection<DeleteTarget> targets, Deletes deletes, CancellationToken cancellation)
    {
        var at = new ObjectAddress(bucket, "");
        return LimitedAsync(at, _limit, async (call, limited) =>
        {
            call.Root = "DeleteResult";
            try
            {
                var answer = await AskAsync(new DeleteObjectsRequest
                {
                    BucketName = bucket,
                    Objects = [.. targets.Select(target => new KeyVersion { Key = target.Key, ETag = target.ETag })],
                }, limited);
                deletes.Answered(S3ResponseMapper.Time(call));
                foreach (var deleted in answer.DeletedObjects ?? []) deletes.Done(deleted.Key);
                foreach (var error in answer.DeleteErrors ?? [])
                {
                    if (error.Code == S3Faults.NoSuchKey) deletes.Done(error.Key);
                    else deletes.Failed(error.Key, error.Code ?? StoreException.NotAcknowledged);
                }

                return null;
            }
            catch (AmazonS3Exception fault)
                when (!call.IsMisdirected && S3Faults.From(fault, at, call.Answer) is { IsTransient: false } refusal)
            {
                return refusal;
            }
        }, cancellation);
    }

    private async Task<DeleteObjectsResponse> AskAsync(DeleteObjectsRequest request, CancellationToken cancellation)
    {
        try
        {
            return await _clients.Retrying(request.BucketName).DeleteObjectsAsync(request, cancellation);
        }
        catch (DeleteObjectsException partly)
        {
            return partly.Response;
        }
    }

    /// <summary>All of them have the time of one call. Those that are not reached are not acknowledged.</summary>
    /// <returns>How many are deleted.</returns>
    private async Task<int> DeleteSinglyAsync(
        string bucket, IReadOnlyCollection<DeleteTarget> targets, Deletes deletes, CancellationToken cancellation)
    {
        var began = _time.GetTimestamp();
        var deleted = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = DeletesAtOnce, CancellationToken = cancellation };
        await Parallel.ForEachAsync(targets, parallel, async (target, ended) =>
        {
            var left = _limit - _time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero) return;
            try
            {
                if (await TryDeleteAsync(new ObjectAddress(bucket, target.Key), target.ETag, deletes, left, ended))
                    Interlocked.Increment(ref deleted);
            }
            catch (StoreException fault)
            {
                deletes.Failed(target.Key, fault);
            }
        });
        return deleted;
    }

    private Task<bool> TryDeleteAsync(
        ObjectAddress at, string? etag, Deletes deletes, TimeSpan limit, CancellationToken cancellation)
        => LimitedAsync(at, limit, async (call, limited) =>
        {
            try
            {
                var answer = await _clients.Retrying(at.Bucket).DeleteObjectAsync(
                    new DeleteObjectRequest { BucketName = at.Bucket, Key = at.Key, IfMatch = etag }, limited);
                // A page of a proxy has another status, and nothing was deleted.
                if (answer.HttpStatusCode != HttpStatusCode.NoContent) throw S3Faults.FromElsewhere(at.Key);
            }
            catch (AmazonS3Exception fault)
            {
                if (call.Time is { } time) deletes.Answered(time);
                // A missing object is deleted already.
                if (!S3Faults.IsMissingObject(fault)) throw;
            }

            deletes.Answered(S3ResponseMapper.Time(call));
            deletes.Done(at.Key);
            return true;
        }, cancellation);

    /// <summary>What the answers say. A key that none of them names is not acknowledged.</summary>
    private sealed class Deletes(IEnumerable<DeleteTarget> targets)
    {
        private readonly ConcurrentDictionary<string, string> _failed = new(
            targets.DistinctBy(t => t.Key).Select(t => KeyValuePair.Create(t.Key, StoreException.NotAcknowledged)),
            StringComparer.Ordinal);

        private readonly ConcurrentBag<ServerTime> _times = [];
        private StoreException? _fault;

        public void Answered(ServerTime time) => _times.Add(time);

        public void Done(string key) => _failed.TryRemove(key, out _);

        public void Failed(string key, string code) => _failed[key] = code;

        public void Failed(string key, StoreException fault)
        {
            _fault = fault;
            // The code alone must tell that it is transient.
            var isClear = !fault.IsTransient || StoreException.IsTransientCode(fault.Code);
            Failed(key, isClear ? fault.Code : StoreException.NotAcknowledged);
        }

        /// <exception cref="StoreException">There is no answer of the store at all.</exception>
        public DeleteResult ToResult() => _times.IsEmpty
            ? throw _fault ?? (Exception)new ArgumentException("Nothing to delete.", nameof(targets))
            : new DeleteResult(_failed, _times.MaxBy(time => time.Latest));
    }
}
