namespace S3Scheduler.Api.Tests.Storage;

/// <summary>A server that ignores If-None-Match in buckets that keep versions, as Ceph 16 does.</summary>
public sealed class StoreProbeVersioningTests : IAsyncDisposable
{
    private const string Date = "Date: Sat, 21 Nov 2026 19:05:00 GMT";

    private readonly FakeS3 _server;
    private readonly StoreProbe _probe;
    private string? _version;
    private bool _obeys;

    public StoreProbeVersioningTests()
    {
        // Every object is there already.
        _server = new FakeS3(_ => _version is null || _obeys
            ? FakeS3.Error("412 Precondition Failed", "PreconditionFailed")
            : FakeS3.Stored($"{Date}\r\nx-amz-version-id: {_version}"));
        _probe = new StoreProbe(_server.Store, new ObjectAddress("bucket", "folder/marker"));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("1", true)]
    [InlineData("null", false)]
    [InlineData("", false)]
    public async Task A_PUT_tells_whether_its_bucket_keeps_versions(string version, bool isVersioned)
    {
        _version = version;

        (await PutAsync()).IsVersioned.ShouldBe(isVersioned);
    }

    [Fact]
    public async Task Versioning_that_is_switched_on_later_is_noticed_and_refused_until_it_is_switched_off()
    {
        await EnsureAsync();

        _version = "1";
        await ShouldRefuseAsync(async () => await _probe.EnsureAsync(await PutAsync(), Core.Cancellation));
        await ShouldRefuseAsync(EnsureAsync);
        await ShouldRefuseAsync(EnsureAsync);

        _version = null;
        await EnsureAsync();
        await _probe.EnsureAsync(await PutAsync(), Core.Cancellation);
        (await CountAsync(EnsureAsync)).ShouldBe(0);

        _version = "null"; // suspended, and another object
        var put = await PutAsync();
        put.Stored.ShouldBeTrue();
        await _probe.EnsureAsync(put, Core.Cancellation);

        _version = "2";
        await ShouldRefuseAsync(async () => await _probe.EnsureAsync(await PutAsync(), Core.Cancellation));
    }

    [Fact]
    public async Task On_a_server_that_obeys_versioning_costs_one_request_once()
    {
        await EnsureAsync();
        _version = "1";
        var put = await PutAsync();
        _obeys = true;

        (await CountAsync(() => _probe.EnsureAsync(put, Core.Cancellation))).ShouldBe(1);
        (await CountAsync(() => _probe.EnsureAsync(put, Core.Cancellation))).ShouldBe(0);
    }

    [Fact]
    public async Task A_bucket_that_keeps_versions_from_the_start_is_refused_with_a_message_that_says_so()
    {
        _version = "1";

        await ShouldRefuseAsync(EnsureAsync);
    }

    private Task EnsureAsync() => _probe.EnsureAsync(Core.Cancellation);

    private Task<PutResult> PutAsync() => S3Calls.PutAsync(_server.Store, PutCondition.IfAbsent, Core.Cancellation);

    private async Task<int> CountAsync(Func<Task> act)
    {
        var before = _server.Requests.Count;
        await act();
        return _server.Requests.Count - before;
    }

    private static async Task ShouldRefuseAsync(Func<Task> act)
    {
        var fault = await Should.ThrowAsync<StoreException>(act);

        (fault.Code, fault.IsTransient).ShouldBe(("ConditionIgnored", false));
        fault.Message.ShouldContain("'bucket'");
        fault.Message.ShouldContain("versioning");
    }
}
