
namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>A client that goes away in the middle of a big content.</summary>
[Collection(EndToEndTests.Name)]
public sealed class ClientGoesAwayTests(S3Server server) : IDisposable
{
    private const long Size = 1L << 30;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_leaves_no_schedule_no_object_and_no_incomplete_upload()
    {
        var (bucket, destination) = (await server.EmptyBucketAsync(), await server.EmptyBucketAsync());
        using var s3 = server.NewClient();
        await using var service = await ServiceProcess.StartAsync(_folder.Path, ServiceOnS3.Configuration(server, bucket));
        await Eventually.HoldsAsync("start", async () => (await KeysAsync()).Contains("schedules/.probe"));
        var before = await KeysAsync();

        using var half = new HalfContent(Size / 2, () => Eventually.HoldsAsync("incomplete upload", async () => await UploadsAsync() == 1));
        using var content = new StreamContent(half);
        content.Headers.ContentLength = Size;
        await Should.ThrowAsync<HttpRequestException>(
            () => service.Client.PostAsync(DateTimeOffset.UnixEpoch, destination, "large.bin", content));

        await Eventually.HoldsAsync("end of the upload", async () => await UploadsAsync() == 0);
        (await KeysAsync()).ShouldBe(before);
        (await service.Client.PendingAsync()).ShouldBeEmpty();

        async Task<int> UploadsAsync() => (await s3.ListMultipartUploadsAsync(bucket, Cancellation)).MultipartUploads?.Count ?? 0;

        async Task<IReadOnlyList<string>> KeysAsync() =>
            [.. ((await s3.ListObjectsV2Async(new() { BucketName = bucket }, Cancellation)).S3Objects ?? []).Select(o => o.Key)];
    }

    /// <summary>Zeros, and then the end of the connection, but not before something has been seen.</summary>
    private sealed class HalfContent(long length, Func<Task> seen) : ForwardOnly
    {
        private long _left = length;

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, _left);
            buffer[..count].Clear();
            _left -= count;
            return count;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left > 0) return await base.ReadAsync(buffer, cancellationToken);
            await seen();
            throw new IOException("The client goes away.");
        }
    }
}
