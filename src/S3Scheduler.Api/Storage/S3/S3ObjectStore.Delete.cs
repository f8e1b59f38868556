using Amazon.S3;
using Amazon.S3.Model;

namespace S3Scheduler.Api.Storage.S3;

public sealed partial class S3ObjectStore
{
    public async Task<DeleteResult> DeleteAsync(
        string bucket, IReadOnlyCollection<DeleteTarget> targets, CancellationToken cancellation)
    {
        foreach (var target in targets) S3Names.Check(new ObjectAddress(bucket, target.Key));
        var failed = new Dictionary<string, string>(StringComparer.Ordinal);
        ServerTime? time = null;

        var batch = targets.Where(target => S3Names.FitsXml(target.Key)).ToList();
        if (batch.Count > 0) time = await DeleteBatchAsync(bucket, batch, failed, cancellation);
        foreach (var target in targets.Where(target => !S3Names.FitsXml(target.Key)))
            time = await DeleteOneAsync(new ObjectAddress(bucket, target.Key), target.ETag, failed, cancellation);

        return new DeleteResult(failed, time ?? throw new ArgumentException("Nothing to delete.", nameof(targets)));
    }

    private Task<ServerTime> DeleteBatchAsync(
        string bucket, List<DeleteTarget> targets, Dictionary<string, string> failed, CancellationToken cancellation)
        => LimitedAsync(new ObjectAddress(bucket, ""), _limit, async (call, limited) =>
        {
            var answer = await AskAsync(new DeleteObjectsRequest
            {
                BucketName = bucket,
                Objects = [.. targets.Select(target => new KeyVersion { Key = target.Key, ETag = target.ETag })],
            }, limited);
            foreach (var target in targets) failed[target.Key] = StoreException.NotAcknowledged;
            foreach (var deleted in answer.DeletedObjects ?? []) failed.Remove(deleted.Key);
            foreach (var error in answer.DeleteErrors ?? [])
            {
                if (error.Code == S3Faults.NoSuchKey) failed.Remove(error.Key);
                else failed[error.Key] = error.Code;
            }

            return S3ResponseMapper.Time(call);
        }, cancellation);

    private async Task<DeleteObjectsResponse> AskAsync(DeleteObjectsRequest request, CancellationToken cancellation)
    {
        try
        {
            return await _clients.Retrying.DeleteObjectsAsync(request, cancellation);
        }
        catch (DeleteObjectsException partly)
        {
            return partly.Response;
        }
    }

    private Task<ServerTime> DeleteOneAsync(
        ObjectAddress at, string? etag, Dictionary<string, string> failed, CancellationToken cancellation)
        => LimitedAsync(at, _limit, async (call, limited) =>
        {
            try
            {
                await _clients.Retrying.DeleteObjectAsync(
                    new DeleteObjectRequest { BucketName = at.Bucket, Key = at.Key, IfMatch = etag }, limited);
            }
            catch (AmazonS3Exception fault)
            {
                // A missing object is deleted already.
                if (!S3Faults.IsMissingObject(fault)) failed[at.Key] = fault.ErrorCode;
            }

            return S3ResponseMapper.Time(call);
        }, cancellation);
}
