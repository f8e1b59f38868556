using Amazon.S3;
using Amazon.S3.Model;

namespace S3Scheduler.Api.Benchmarks;

/// <summary>What the service does, without its promises: a loop that calls the SDK.</summary>
internal static class RawLoop
{
    private const int Batch = 1000;

    /// <summary>Copies each schedule at its due time, and deletes in batches while it copies.</summary>
    public static async Task DeliverAsync(IAmazonS3 s3, string bucket, IEnumerable<Seed> seeds)
    {
        var one = new Lock();
        var copied = new List<KeyVersion>();
        await Parallel.ForEachAsync(
            seeds, new ParallelOptions { MaxDegreeOfParallelism = Bench.Concurrency }, async (seed, _) =>
            {
                await UntilAsync(seed.Key.DueAt);
                var to = seed.Key.Destination;
                await s3.CopyObjectAsync(bucket, seed.Source, to.Bucket, to.Key, CancellationToken.None);
                List<KeyVersion> full = [];
                lock (one)
                {
                    copied.Add(new KeyVersion { Key = seed.Source });
                    if (copied.Count == Batch) (full, copied) = (copied, []);
                }

                await DeleteAsync(full);
            });
        await DeleteAsync(copied);

        async Task DeleteAsync(List<KeyVersion> batch)
        {
            if (batch.Count > 0) await s3.DeleteObjectsAsync(new() { BucketName = bucket, Objects = batch });
        }
    }

    // A timer can end some milliseconds early.
    private static async Task UntilAsync(DateTimeOffset time)
    {
        while (time - TimeProvider.System.GetUtcNow() is var pause && pause > TimeSpan.Zero)
            await Task.Delay(pause + TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
    }

    /// <summary>Calls something again and again from so many clients at once.</summary>
    public static Task RepeatAsync(int times, int clients, Func<int, Task> call) => Parallel.ForEachAsync(
        Enumerable.Range(0, times), new ParallelOptions { MaxDegreeOfParallelism = clients },
        async (number, _) => await call(number));
}
