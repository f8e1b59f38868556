using Microsoft.Extensions.Logging;

namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>How the worker recovers by itself.</summary>
public sealed class OutageTests : CoreTests
{
    public override async ValueTask InitializeAsync() => await _core.SettledAsync();

    [Fact]
    public async Task An_outage_is_logged_once_when_it_begins_and_once_when_it_ends()
    {
        await StartWorkerAsync();
        for (var outage = 1; outage <= 3; outage++)
        {
            _core.Store.Before = _ => throw Faults.Transient();
            await _core.Time.RunAsync(10 * Minute);
            (Logged("SweepFailed"), Logged("StoreIsBack")).ShouldBe((outage, outage - 1));

            _core.Store.Before = null;
            await _core.Time.RunAsync(10 * Minute);
            (Logged("SweepFailed"), Logged("StoreIsBack")).ShouldBe((outage, outage));
        }
    }

    [Fact]
    public async Task A_schedule_that_came_due_in_an_outage_is_delivered_seconds_after_it_ends()
    {
        await StartWorkerAsync();
        _core.Store.Before = _ => throw Faults.Transient();
        await _core.Time.RunAsync(10 * Minute);
        var key = _core.Seed(_core.Key(-Minute));
        _core.Store.Before = null;

        await _core.Time.RunAsync(6 * Second);

        _core.Delivered(key).ShouldBe("content");
    }

    [Fact]
    public async Task An_unexpected_exception_does_not_end_the_worker()
    {
        await StartWorkerAsync();
        _core.Store.Before = Faults.When(_ => true, () => new InvalidOperationException("Unforeseen."));
        await _core.Time.RunAsync(10 * Minute);
        Logged("SweepBroke").ShouldBe(1);
        _core.Store.Before = null;
        var key = _core.Seed(_core.Key(-Minute));

        await _core.Time.RunAsync(6 * Second);

        _core.Delivered(key).ShouldBe("content");
    }

    [Fact]
    public async Task The_worker_waits_for_a_store_that_is_down_at_the_start()
    {
        using var core = new Core();
        core.Store.Before = Faults.When(_ => true, () => Faults.Transient());
        await core.Worker.StartAsync(Core.Cancellation);
        await core.Time.RunAsync(Minute);
        core.Log.From(LogLevel.Warning).ShouldBe(["SweepFailed"]);
        core.Store.Before = null;
        var key = core.Seed(core.Key(-Minute));

        await core.Time.RunAsync(6 * Second);

        core.Delivered(key).ShouldBe("content");
        await core.Worker.StopAsync(Core.Cancellation);
    }

    [Fact]
    public async Task The_worker_sweeps_again_when_the_lease_of_another_process_ends()
    {
        using var other = _core.AnotherProcess();
        var key = _core.Seed(_core.Key(-Second), id: "x");
        await CrashAsync(other, Is(StoreOperation.Copy));
        await StartWorkerAsync();

        await _core.Time.RunAsync(29 * Second);
        _core.Delivered(key).ShouldBeNull();
        await _core.Time.RunAsync(4 * Second);

        _core.Delivered(key).ShouldBe("content");
        // At the start, after 1, 2, 4, 8 and 10 s, and for the delivery.
        _core.Count(StoreOperation.List).ShouldBe(6 + 3);
    }

    [Fact]
    public async Task The_worker_sweeps_again_when_the_pause_of_a_bucket_ends()
    {
        var key = _core.Seed(_core.Key(-Second), id: "x");
        _core.Store.Before = Faults.Once(r => r.IsCopyTo("reports"), () => throw Faults.Transient("SlowDown"));
        await StartWorkerAsync();
        _core.Delivered(key).ShouldBeNull();

        await _core.Time.RunAsync(1.1 * Second);

        _core.Delivered(key).ShouldBe("content");
        var sweeps = _core.Count(StoreOperation.List);
        await _core.Time.RunAsync(58 * Second);
        _core.Count(StoreOperation.List).ShouldBe(sweeps); // the next sweep is at its usual time
    }

    [Fact]
    public async Task One_transient_fault_among_many_copies_is_retried_within_seconds()
    {
        var keys = Enumerable.Range(0, 100).Select(n => _core.Seed(_core.Key(-Minute, $"{n}"), id: $"{n}")).ToList();
        _core.Store.After = Faults.Once(r => r.IsCopyTo("reports"), () => throw Faults.Transient("SlowDown"));
        await StartWorkerAsync();

        await _core.Time.RunAsync(3 * Second);

        _core.Pending().ShouldBeEmpty();
        _core.Store.Keys("reports").Count.ShouldBe(keys.Count);
        _core.Count(StoreOperation.Copy).ShouldBe(keys.Count); // the copy without a response is not repeated
    }

    private int Logged(string name) => _core.Log.Names.Count(n => n == name);
}
