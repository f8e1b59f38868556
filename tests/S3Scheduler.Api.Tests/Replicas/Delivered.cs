using Amazon.S3.Model;

namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>One version of an object in a destination bucket.</summary>
/// <param name="At">When it was written, by the server's clock.</param>
/// <param name="ScheduleId">Of the schedule that it was copied from.</param>
internal sealed record Delivered(string Bucket, string Key, DateTimeOffset At, string ScheduleId, string Content)
{
    private const string IdName = global::S3Scheduler.Api.Layout.ScheduleId.MetadataName;

    /// <summary>All that was delivered, oldest first.</summary>
    public static async Task<IReadOnlyList<Delivered>> ReadAsync(ReplicatedFolder folder, IEnumerable<string> buckets)
    {
        var delivered = new List<Delivered>();
        foreach (var bucket in buckets)
            foreach (var batch in (await folder.VersionsAsync(bucket)).Chunk(16))
                delivered.AddRange(await Task.WhenAll(batch.Select(version => ReadAsync(folder, bucket, version))));
        return [.. delivered.OrderBy(d => d.At)];
    }

    private static async Task<Delivered> ReadAsync(ReplicatedFolder folder, string bucket, S3ObjectVersion version)
    {
        using var answer = await folder.S3.GetObjectAsync(bucket, version.Key, version.VersionId, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(answer.ResponseStream);
        return new Delivered(
            bucket, version.Key, version.LastModified!.Value.ToUniversalTime(), answer.Metadata[IdName],
            await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
    }
}
