using Microsoft.Extensions.Logging.Abstractions;

namespace S3Scheduler.Api.Tests.Storage.S3;

public class S3ObjectStoreTests(S3Server server) : ObjectStoreConformance
{
    private readonly List<S3ObjectStore> _stores = [];

    protected virtual MultipartLimits Limits { get; } = new();

    [Theory]
    [InlineData("a/b")]
    [InlineData("/a/b")]
    [InlineData("//a")]
    public async Task A_presigned_PUT_stores_under_exactly_its_key(string key) =>
        (await PutPresignedAsync(Store, key)).ShouldStartWith(server.Url);

    [Fact]
    public async Task A_presigned_PUT_can_go_to_another_name_of_the_server_than_the_services_own_requests()
    {
        var theirs = new UriBuilder(server.Url) { Host = "localhost" }.Uri.GetLeftPart(UriPartial.Authority);
        using var store = new S3ObjectStore(
            server.Configuration, TimeProvider.System, NullLogger<S3ObjectStore>.Instance,
            uploads: new UploadSettings { Url = theirs });

        (await PutPresignedAsync(store, "a/b")).ShouldStartWith($"{theirs}/{Bucket}/a/b?");
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var store in _stores) store.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
        (await server.UploadsAsync(Bucket)).ShouldBeEmpty("uploads that were neither completed nor aborted");
    }

    /// <returns>The URL.</returns>
    private async Task<string> PutPresignedAsync(IObjectStore store, string key)
    {
        await store.EnsureClockAsync(At(key), Cancellation);
        var attributes = new ObjectAttributes { ContentType = "text/plain" };
        var (url, headers) = await ((IPresignedUrls)store).PresignAsync(
            At(key), attributes, new(null, null), ServerTime.WholeSeconds(store.Clock.Latest).AddMinutes(5),
            Cancellation);
        using var http = new HttpClient();
        using var put = new HttpRequestMessage(HttpMethod.Put, url) { Content = new ByteArrayContent([1, 2, 3]) };
        foreach (var (name, value) in headers)
            if (!put.Headers.TryAddWithoutValidation(name, value))
                put.Content.Headers.TryAddWithoutValidation(name, value);

        using var answer = await http.SendAsync(put, Cancellation);

        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(Cancellation));
        (await Store.HeadAsync(At(key), Cancellation)).ShouldNotBeNull().Size.ShouldBe(3);
        return url;
    }

    protected override Task<IObjectStore> StoreAsync()
    {
        var store = new S3ObjectStore(
            server.Configuration, TimeProvider.System, NullLogger<S3ObjectStore>.Instance, Limits);
        _stores.Add(store);
        return Task.FromResult<IObjectStore>(store);
    }

    protected override Task<string> EmptyBucketAsync() => server.EmptyBucketAsync();
}
