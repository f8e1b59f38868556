using System.Globalization;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>On the real S3 server, with only configuration changed.</summary>
public class S3DeliveryTests(S3Server server) : EndToEndTest
{
    private const string Key = "2026/daily.json";

    private AmazonS3Client? _s3;
    private string _bucket = null!;
    private string _destination = null!;

    protected virtual MultipartLimits Limits { get; } = new();

    public override async ValueTask InitializeAsync()
    {
        (_bucket, _destination) = (await server.EmptyBucketAsync(), await server.EmptyBucketAsync());
        _s3 = server.NewClient();
    }

    public override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _s3?.Dispose();
        return base.DisposeAsync();
    }

    [Fact]
    public async Task Content_type_and_metadata_arrive_once_they_are_due_by_the_clock_of_S3_and_never_before()
    {
        await using var service = await StartAsync();
        using var content = ScheduleForms.Content("""{"total": 42}""", "application/json");
        var dueAt = await ServiceOnS3.NowAsync(server) + TimeSpan.FromSeconds(10);
        await service.Client.PostAsync(
            dueAt, _destination, Key, content, ("x-amz-meta-team", "billing"), ("Cache-Control", "no-cache"));

        var time = dueAt.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        var pending = $"schedules/{time}|{_destination}|2026~~daily.json";
        (await ListAsync(_bucket)).ShouldContain(listed => listed.Key == pending);

        (await DeliveredAtAsync()).ShouldBeGreaterThanOrEqualTo(dueAt);
        using var delivered = await _s3!.GetObjectAsync(_destination, Key, Cancellation);
        delivered.Headers.ContentType.ShouldBe("application/json");
        delivered.Headers.CacheControl.ShouldBe("no-cache");
        delivered.Metadata["team"].ShouldBe("billing");
        (await delivered.TextAsync()).ShouldBe("""{"total": 42}""");
        await service.Client.NothingPendingAsync();
        (await ListAsync(_bucket)).ShouldNotContain(listed => listed.Key == pending);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(200_000_000)]
    public async Task Content_of_any_length_arrives_unchanged(long length)
    {
        await using var service = await StartAsync();
        await using var bytes = new RandomContent(length, seed: 20261121);
        using var content = new StreamContent(bytes);
        await service.Client.PostAsync(await ServiceOnS3.NowAsync(server), _destination, Key, content); // already due

        await DeliveredAtAsync();
        using var delivered = await _s3!.GetObjectAsync(_destination, Key, Cancellation);
        delivered.ContentLength.ShouldBe(length);
        Convert.ToHexStringLower(await SHA256.HashDataAsync(delivered.ResponseStream, Cancellation))
            .ShouldBe(bytes.Sha256);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_goes_away_in_the_middle_of_its_content_leaves_nothing_behind(bool breaksOff)
    {
        await using var service = await StartAsync();
        await Eventually.HoldsAsync("start", async () => (await KeysAsync()).Contains("schedules/.probe"));
        var before = await KeysAsync();

        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var half = new RandomContent(100_000_000, seed: 1, async cancellation =>
        {
            await UploadsAsync(1);
            if (breaksOff) throw new IOException("The client goes away.");
            await gone.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        });
        using var content = new StreamContent(half);
        if (breaksOff) content.Headers.ContentLength = 200_000_000; // in the other case it is not known
        using var form = ScheduleForms.Form(("delay", "PT0S"), _destination, Key, content);
        var thrown = await Should.ThrowAsync<Exception>(
            () => service.Client.PostAsync(ScheduleForms.Schedules, form, gone.Token));
        thrown.ShouldBeAssignableTo(
            breaksOff ? typeof(HttpRequestException) : typeof(OperationCanceledException));

        await UploadsAsync(0);
        (await KeysAsync()).ShouldBe(before);
        (await service.Client.PendingAsync()).ShouldBeEmpty();
        (await ListAsync(_destination)).ShouldBeEmpty();

        Task UploadsAsync(int count) => Eventually.HoldsAsync($"bucket with {count} incomplete uploads", async () =>
            (await server.UploadsAsync(_bucket)).Count == count);

        async Task<IReadOnlyList<string>> KeysAsync() => [.. (await ListAsync(_bucket)).Select(o => o.Key)];
    }

    private Task<ServiceProcess> StartAsync() => ServiceProcess.StartAsync(
        Folder.Path,
        [.. ServiceOnS3.Configuration(server, _bucket), ServiceProcess.LongInterval, LoweredLimits.Tell(Limits)]);

    private async Task<DateTimeOffset> DeliveredAtAsync()
    {
        var delivered = await Eventually.SeeAsync(
            "delivery", async () => (await ListAsync(_destination)).SingleOrDefault());
        return delivered.LastModified!.Value.ToUniversalTime();
    }

    private async Task<IReadOnlyList<S3Object>> ListAsync(string bucket) =>
        (await _s3!.ListObjectsV2Async(new() { BucketName = bucket }, Cancellation)).S3Objects ?? [];
}

/// <summary>The same with content that is always copied in parts, and stored in parts where it is big.</summary>
public sealed class S3MultipartDeliveryTests(S3Server server) : S3DeliveryTests(server)
{
    protected override MultipartLimits Limits => LoweredLimits.ForCopies;
}
