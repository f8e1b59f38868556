namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>How the worker comes back by itself.</summary>
public sealed class OutageTests : IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Core _core = new();

    public async ValueTask InitializeAsync() => await _core.SettledAsync();

    public async ValueTask DisposeAsync()
    {
        await _core.Worker.StopAsync(CancellationToken.None);
        _core.Dispose();
    }

    [Fact]
    public async Task An_outage_is_logged_once_when_it_begins_and_once_when_it_is_over()
    {
        await StartAsync();
        for (var outage = 1; outage <= 3; outage++)
        {
            _core.Store.Before = Faults.When(_ => true, () => Faults.Transient());
            await _core.Time.RunAsync(10 * Minute);
            (Logged("SweepFailed"), Logged("StoreIsBack")).ShouldBe((outage, outage - 1));

            _core.Store.Before = null;
            await _core.Time.RunAsync(10 * Minute);
            (Logged("SweepFailed"), Logged("StoreIsBack")).ShouldBe((outage, outage));
        }
    }

    [Fact]
    public async Task What_came_due_in_an_outage_is_delivered_within_seconds_of_its_end()
    {
        await StartAsync();
        _core.Store.Before = Faults.When(_ => true, () => Faults.Transient());
        await _core.Time.RunAsync(10 * Minute);
        var key = _core.Seed(_core.Key(-Minute));
        _core.Store.Before = null;

        await _core.Time.RunAsync(6 * Second);

        _core.Delivered(key).ShouldBe("content");
    }

    [Fact]
    public async Task A_fault_that_nobody_foresaw_does_not_end_the_worker()
    {
        await StartAsync();
        _core.Store.Before = Faults.When(_ => true, () => new InvalidOperationException("Unforeseen."));
        await _core.Time.RunAsync(10 * Minute);
        Logged("SweepBroke").ShouldBe(1);
        _core.Store.Before = null;
        var key = _core.Seed(_core.Key(-Minute));

        await _core.Time.RunAsync(6 * Second);

        _core.Delivered(key).ShouldBe("content");
    }

    [Fact]
    public async Task A_store_that_was_never_there_is_waited_for()
    {
        using var core = new Core();
        core.Store.Before = Faults.When(_ => true, () => Faults.Transient());
        await core.Worker.StartAsync(Core.Cancellation);
        await core.Time.RunAsync(Minute);
        core.Log.Names.ShouldBe(["SweepFailed"]);
        core.Store.Before = null;
        var key = core.Seed(core.Key(-Minute));

        await core.Time.RunAsync(6 * Second);

        core.Delivered(key).ShouldBe("content");
        await core.Worker.StopAsync(Core.Cancellation);
    }

    [Fact]
    public async Task It_comes_back_when_the_lease_that_kept_it_out_ends()
    {
        using var other = _core.AnotherProcess();
        var key = _core.Seed(_core.Key(-Second), id: "x");
        other.Store.Kill(r => r.Operation == StoreOperation.Copy);
        await Should.ThrowAsync<KilledException>(other.SweepAsync);
        await StartAsync();

        await _core.Time.RunAsync(29 * Second);
        _core.Delivered(key).ShouldBeNull();
        await _core.Time.RunAsync(4 * Second);

        _core.Delivered(key).ShouldBe("content");
        _core.Count(StoreOperation.List).ShouldBe(3); // it looked once in vain, and then swept
    }

    [Fact]
    public async Task It_comes_back_when_a_buckets_pause_ends()
    {
        var key = _core.Seed(_core.Key(-Second), id: "x");
        _core.Store.Before = Faults.Once(r => r.IsCopyTo("reports"), () => throw Faults.Transient("SlowDown"));
        await StartAsync();
        _core.Delivered(key).ShouldBeNull();

        await _core.Time.RunAsync(1.1 * Second);

        _core.Delivered(key).ShouldBe("content");
        var sweeps = _core.Count(StoreOperation.List);
        await _core.Time.RunAsync(58 * Second);
        _core.Count(StoreOperation.List).ShouldBe(sweeps); // and then not sooner than usual
    }

    [Fact]
    public async Task One_of_many_that_failed_for_now_is_tried_again_within_seconds()
    {
        var keys = Enumerable.Range(0, 100).Select(n => _core.Seed(_core.Key(-Minute, $"{n}"), id: $"{n}")).ToList();
        _core.Store.After = Faults.Once(r => r.IsCopyTo("reports"), () => throw Faults.Transient("SlowDown"));
        await StartAsync();

        await _core.Time.RunAsync(3 * Second);

        _core.Pending().ShouldBeEmpty();
        _core.Store.Keys("reports").Count.ShouldBe(keys.Count);
        _core.Count(StoreOperation.Copy).ShouldBe(keys.Count); // the one without an answer was looked for
    }

    private async Task StartAsync()
    {
        await _core.Worker.StartAsync(Core.Cancellation);
        await _core.Time.UntilAsleepAsync();
    }

    private int Logged(string name) => _core.Log.Names.Count(n => n == name);
}
