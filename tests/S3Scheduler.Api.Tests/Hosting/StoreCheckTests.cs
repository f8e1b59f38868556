using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using S3Scheduler.Api.Tests.Delivery;

namespace S3Scheduler.Api.Tests.Hosting;

public sealed class StoreCheckTests : IDisposable
{
    private readonly Core _core = new();
    private readonly LoggerFactory _loggers;
    private readonly StoreProbe _probe;

    public StoreCheckTests()
    {
        _loggers = new LoggerFactory([_core.Log]);
        _probe = new StoreProbe(
            _core.Store, _core.Folder.Marker,
            new StoreTrial(_core.Store, _core.Folder.Marker, new Random(1), new SegmentLimit()));
    }

    public void Dispose()
    {
        _core.Dispose();
        _loggers.Dispose();
    }

    [Fact]
    public async Task The_start_costs_six_requests_in_a_new_folder_and_five_later_and_the_first_use_none()
    {
        await CheckAsync();
        _core.Store.Requests.Count.ShouldBe(6);
        await _probe.EnsureAsync(Core.Cancellation);
        _core.Store.Requests.Count.ShouldBe(6);

        using var another = new StoreCheckTests();
        another._core.Store.Seed(another._core.Folder.Marker);
        await another.CheckAsync();
        another._core.Store.Requests.Count.ShouldBe(5);
    }

    [Theory]
    [InlineData(StoreOperation.Copy, "COPY")]
    [InlineData(StoreOperation.List, "LIST")]
    [InlineData(StoreOperation.Delete, "DELETE")]
    public async Task What_is_refused_for_good_stops_the_start_and_is_named(StoreOperation operation, string name)
    {
        _core.Store.Before = Faults.When(r => r.Operation == operation, () => Faults.Permanent("AccessDenied"));

        var fault = await Should.ThrowAsync<StartupException>(() => CheckAsync());

        fault.Message.ShouldContain($"Scheduler:Bucket '{Core.Bucket}'");
        fault.Message.ShouldContain($"(AccessDenied). {name} ");
    }

    [Theory]
    [InlineData("InvalidAccessKeyId", "AWS_ACCESS_KEY_ID")]
    [InlineData("SignatureDoesNotMatch", "AWS_SECRET_ACCESS_KEY")]
    [InlineData("InvalidToken", "AWS_SESSION_TOKEN")]
    [InlineData(StoreException.CredentialsNotFound, "For good.")] // the store itself says what to set
    [InlineData(StoreException.DateMissing, "For good.")]
    public async Task What_is_not_the_buckets_fault_is_not_called_so(string code, string remedy)
    {
        _core.Store.Before = Faults.When(_ => true, () => Faults.Permanent(code));

        var fault = await Should.ThrowAsync<StartupException>(() => CheckAsync());

        fault.Message.ShouldContain(code);
        fault.Message.ShouldContain(remedy);
        fault.Message.ShouldNotContain("Scheduler:Bucket");
    }

    // A file of credentials, or the platform, may give a new token at any time.
    [Fact]
    public async Task An_expired_token_lets_the_service_start_and_is_not_called_a_store_out_of_reach()
    {
        _core.Store.Before = Faults.When(_ => true, () => Faults.Transient("ExpiredToken"));

        await CheckAsync();

        var told = _core.Log.Texts.ShouldHaveSingleItem();
        told.ShouldContain("session token");
        told.ShouldContain("AWS_SESSION_TOKEN");
        told.ShouldNotContain("reach");
    }

    [Fact]
    public async Task What_fails_for_now_lets_the_service_start_and_is_tried_again_at_its_first_use()
    {
        _core.Store.Before = Faults.When(r => r.Operation == StoreOperation.Delete, () => Faults.Transient());
        await CheckAsync();
        _core.Log.Names.ShouldContain("StoreUnreachable");

        _core.Store.Before = Faults.When(
            r => r.Operation == StoreOperation.Delete, () => Faults.Permanent("AccessDenied"));
        (await Should.ThrowAsync<StoreException>(() => _probe.EnsureAsync(Core.Cancellation)))
            .Message.ShouldContain("s3:DeleteObject");

        _core.Store.Before = null;
        await _probe.EnsureAsync(Core.Cancellation);
    }

    [Theory]
    [InlineData("", 10)]
    [InlineData("scheduler", 4)] // the start must end well before the 10 seconds that Lambda gives it
    public async Task A_store_that_does_not_answer_lets_the_service_start_after_a_while(string function, int seconds)
    {
        var gate = new Gate();
        _core.Store.Before = _ => gate.WaitAsync();
        var check = CheckAsync(("AWS_LAMBDA_FUNCTION_NAME", function));
        await gate.Reached;

        _core.Time.Advance(TimeSpan.FromSeconds(seconds - 0.1));
        check.IsCompleted.ShouldBeFalse();
        _core.Time.Advance(TimeSpan.FromSeconds(0.2));

        await check.WaitAsync(Gate.Timeout, Core.Cancellation);
        _core.Log.Names.ShouldContain("StoreUnreachable");
        // The first use checks again.
        gate.Open();
        _core.Store.ForgetRequests();
        await _probe.EnsureAsync(Core.Cancellation);
        _core.Store.Requests.ShouldNotBeEmpty();
    }

    private Task CheckAsync(params (string Key, string Value)[] settings) =>
        new StoreCheck(
            _probe, new SchedulerOptions { Storage = StorageKind.S3 },
            new ConfigurationBuilder().AddInMemoryCollection(
                settings.Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Value))).Build(), _core.Time,
            _loggers.CreateLogger<StoreCheck>()).RunAsync();
}
