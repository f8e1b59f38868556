using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Util;

namespace S3Scheduler.Api.Benchmarks;

/// <summary>Buckets of this run only. Dispose deletes them and what is in them.</summary>
internal sealed class Buckets(IAmazonS3 s3) : IAsyncDisposable
{
    private readonly List<string> _names = [];

    public async Task<string> MakeAsync()
    {
        var name = $"benchmark-{Environment.ProcessId}-{_names.Count}";
        await s3.PutBucketAsync(name);
        _names.Add(name);
        return name;
    }

    public async Task EmptyAsync(string bucket)
    {
        var page = await s3.ListObjectsV2Async(new() { BucketName = bucket });
        foreach (var found in page.S3Objects ?? []) await s3.DeleteObjectAsync(bucket, found.Key);
    }

    public async Task<string> HashAsync(string bucket, string key)
    {
        using var answer = await s3.GetObjectAsync(bucket, key);
        return Convert.ToHexString(await SHA256.HashDataAsync(answer.ResponseStream));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _names) await AmazonS3Util.DeleteS3BucketWithObjectsAsync(s3, name);
    }
}
