using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Util;
using Microsoft.Extensions.Configuration;
using S3Scheduler.Api.Tests.Replicas;

[assembly: AssemblyFixture(typeof(S3Server))]

namespace S3Scheduler.Api.Tests.Storage.S3;

/// <summary>
/// The S3 server at S3_TEST_ENDPOINT, and buckets on it, which are deleted after the tests. Without that variable, the
/// tests that need it are skipped, or fail if REQUIRE_ALL=1 says that every test must run.
/// </summary>
public sealed class S3Server : IAsyncLifetime
{
    private readonly string? _url = Read("S3_TEST_ENDPOINT");

    // The SDK finds them in the environment, also in the services that tests start.
    private static readonly BasicAWSCredentials Credentials = new(
        Read("S3_TEST_ACCESS_KEY") ?? "test", Read("S3_TEST_SECRET_KEY") ?? "testtest");

    private readonly string _run = RandomNumberGenerator.GetHexString(8, lowercase: true);
    private readonly Lazy<AmazonS3Client> _client;
    private readonly Lazy<Task<FaultyProxy>> _strict;
    private int _buckets;

    public S3Server() => (_client, _strict) = (new(NewClient), new(StrictAsync));

    /// <summary>How the store reaches it.</summary>
    public IConfiguration Configuration => AwsSection.At(Url);

    /// <summary>Its address. Skips the test that asks for it if there is none.</summary>
    public string Url
    {
        get
        {
            Assert.SkipWhen(_url is null && Read("REQUIRE_ALL") != "1", "S3_TEST_ENDPOINT is not set.");
            Assert.False(_url is null, "S3_TEST_ENDPOINT is not set, and REQUIRE_ALL=1.");
            return _url;
        }
    }

    public ValueTask InitializeAsync()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", Credentials.GetCredentials().AccessKey);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", Credentials.GetCredentials().SecretKey);
        return ValueTask.CompletedTask;
    }

    /// <summary>A client of the tests' own.</summary>
    public AmazonS3Client NewClient() => new(Credentials, new AmazonS3Config
    {
        ServiceURL = Url,
        ForcePathStyle = true,
        AuthenticationRegion = "us-east-1",
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
    });

    /// <summary>
    /// Another address of the server. There, as at AWS, a presigned PUT is refused if it has x-amz- headers that were
    /// not signed. Ceph 16 itself takes them, so the service does not offer uploads by URL on it.
    /// </summary>
    public async Task<string> StrictUrlAsync() => (await _strict.Value).Url;

    private async Task<FaultyProxy> StrictAsync()
    {
        var proxy = new FaultyProxy(Url, new Replicas.S3Log())
        {
            Rule = Fault.Refused(403, "AccessDenied").To(request => request.Unsigned.Length > 0),
        };
        await proxy.UpAsync();
        return proxy;
    }

    /// <summary>Makes an empty bucket, or skips the test that asks for it.</summary>
    public async Task<string> EmptyBucketAsync()
    {
        var bucket = $"test-{_run}-{Interlocked.Increment(ref _buckets)}";
        await _client.Value.PutBucketAsync(bucket, TestContext.Current.CancellationToken);
        return bucket;
    }

    /// <summary>The keys of uploads in a bucket that are neither completed nor aborted.</summary>
    public async Task<IReadOnlyList<string>> UploadsAsync(string bucket)
    {
        // A skipped test has no bucket.
        if (bucket is null) return [];
        var listed = await _client.Value.ListMultipartUploadsAsync(bucket, TestContext.Current.CancellationToken);
        return [.. (listed.MultipartUploads ?? []).Select(upload => upload.Key)];
    }

    public async ValueTask DisposeAsync()
    {
        if (_strict.IsValueCreated) await (await _strict.Value).DisposeAsync();
        if (!_client.IsValueCreated) return;
        if (Read("S3_TEST_DISPOSABLE") is null)
            for (var number = 1; number <= _buckets; number++)
                await DeleteAsync(_client.Value, $"test-{_run}-{number}");
        _client.Value.Dispose();
    }

    // A deletion of all at once is written in XML, which can't hold every key.
    private static async Task DeleteAsync(AmazonS3Client client, string bucket)
    {
        var all = new ListObjectsV2Request { BucketName = bucket, Encoding = EncodingType.Url };
        await foreach (var found in client.Paginators.ListObjectsV2(all).S3Objects)
        {
            var key = S3ResponseMapper.Listed(found, EncodingType.Url).Key;
            if (!S3Names.FitsXml(key)) await client.DeleteObjectAsync(bucket, key);
        }

        await AmazonS3Util.DeleteS3BucketWithObjectsAsync(client, bucket);
    }

    private static string? Read(string variable)
        => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
