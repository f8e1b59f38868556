using System.Globalization;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>On the real S3 server, with only configuration changed.</summary>
[Collection(EndToEndTests.Name)]
public class S3DeliveryTests(S3Server server) : IAsyncLifetime
{
    private const string Key = "2026/daily.json";
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    private readonly TemporaryFolder _folder = new();
    private AmazonS3Client? _s3;
    private string _bucket = null!;
    private string _destination = null!;

    protected virtual MultipartLimits Limits { get; } = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _bucket = await server.EmptyBucketAsync();
        _destination = await server.EmptyBucketAsync();
        _s3 = server.NewClient();
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _s3?.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Content_type_and_metadata_arrive_less_than_2_s_after_the_due_time_by_the_clock_of_S3_and_never_before()
    {
        await using var service = await StartAsync();
        using var content = ScheduleForms.Content(Encoding.UTF8.GetBytes("""{"total": 42}"""), "application/json");
        var dueAt = await NowAsync() + TimeSpan.FromSeconds(6);
        await service.Client.PostAsync(dueAt, _destination, Key, content, ("x-amz-meta-team", "billing"), ("Cache-Control", "no-cache"));

        var pending = string.Create(CultureInfo.InvariantCulture, $"schedules/{dueAt:yyyy-MM-ddTHH:mm:ss.fffZ}|{_destination}|2026~~daily.json");
        (await ListAsync(_bucket)).ShouldContain(listed => listed.Key == pending);

        (await DeliveredAtAsync()).ShouldBeInRange(dueAt, dueAt + Tolerance);
        using var delivered = await _s3!.GetObjectAsync(_destination, Key, Cancellation);
        delivered.Headers.ContentType.ShouldBe("application/json");
        delivered.Headers.CacheControl.ShouldBe("no-cache");
        delivered.Metadata["team"].ShouldBe("billing");
        using var reader = new StreamReader(delivered.ResponseStream);
        (await reader.ReadToEndAsync(Cancellation)).ShouldBe("""{"total": 42}""");
        await Eventually.HoldsAsync("list without the schedule", async () => (await service.Client.PendingAsync()).Count == 0);
        (await ListAsync(_bucket)).ShouldNotContain(listed => listed.Key == pending);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(200_000_000)]
    public async Task Bytes_arrive_unchanged_whatever_their_number(long length)
    {
        await using var service = await StartAsync();
        await using var bytes = new RandomContent(length, seed: 20261121);
        using var content = new StreamContent(bytes);
        await service.Client.PostAsync(await NowAsync(), _destination, Key, content); // due already: at once

        await DeliveredAtAsync();
        using var delivered = await _s3!.GetObjectAsync(_destination, Key, Cancellation);
        delivered.ContentLength.ShouldBe(length);
        Convert.ToHexStringLower(await SHA256.HashDataAsync(delivered.ResponseStream, Cancellation)).ShouldBe(bytes.Sha256);
    }

    [Fact]
    public async Task A_client_that_goes_away_amid_its_content_leaves_nothing_behind()
    {
        await using var service = await StartAsync();
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var form = new MultipartFormDataContent
        {
            { new StringContent("PT0S"), "delay" },
            { new StringContent(_destination), "bucket" },
            { new StringContent(Key), "key" },
            { new StreamContent(new Stalling(40_000_000)), "content", "content.bin" },
        };
        var posting = service.Client.PostAsync(new Uri("/schedules", UriKind.Relative), form, gone.Token);
        await Eventually.HoldsAsync("upload", async () => (await server.UploadsAsync(_bucket)).Count > 0);

        await gone.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(posting);
        await Eventually.HoldsAsync("abort", async () => (await server.UploadsAsync(_bucket)).Count == 0);
        (await service.Client.PendingAsync()).ShouldBeEmpty();
        (await ListAsync(_destination)).ShouldBeEmpty();
    }

    private Task<ServiceProcess> StartAsync() =>
        ServiceProcess.StartAsync(
        _folder.Path, [.. ServiceOnS3.Configuration(server, _bucket), LoweredLimits.Tell(Limits)]);

    // The server's clock, in whole seconds as its answers have it.
    private async Task<DateTimeOffset> NowAsync()
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri(server.Url), Cancellation);
        return response.Headers.Date!.Value;
    }

    private async Task<DateTimeOffset> DeliveredAtAsync()
    {
        var delivered = await Eventually.SeeAsync("delivery", async () => (await ListAsync(_destination)).SingleOrDefault());
        return delivered.LastModified!.Value.ToUniversalTime();
    }

    private async Task<IReadOnlyList<S3Object>> ListAsync(string bucket) =>
        (await _s3!.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket }, Cancellation)).S3Objects ?? [];

    /// <summary>Its end never comes.</summary>
    private sealed class Stalling(int left) : ForwardOnly
    {
        public override int Read(Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, left);
            left -= count;
            return count;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (left == 0) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return await base.ReadAsync(buffer, cancellationToken);
        }
    }
}
