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
    public async Task After_a_short_outage_the_worker_sweeps_again_within_seconds()
    {
        await StartWorkerAsync();
        var key = (await _core.PostAsync(_core.Key(5 * Second))).Schedule.Key;
        await _core.Time.RunAsync(4 * Second);
        _core.Store.Before = _ => throw Faults.Transient();
        await _core.Time.RunAsync(3 * Second);
        Logged("SweepFailed").ShouldBe(1);
        _core.Store.Before = null;

        await _core.Time.RunAsync(3 * Second);

        _core.Delivered(key).ShouldBe("content");
    }

    [Fact]
    public async Task In_a_long_outage_the_worker_tries_the_store_every_5_seconds()
    {
        await StartWorkerAsync();
        _core.Seed(_core.Key(-Minute));
        var tries = new HashSet<DateTimeOffset>();
        _core.Store.Before = _ =>
        {
            tries.Add(_core.Now);
            throw Faults.Transient();
        };
        await _core.Time.RunAsync(2 * Minute);
        tries.Clear();

        await _core.Time.RunAsync(10 * Minute);

        tries.Count.ShouldBeInRange(600 / 6, 600 / 2); // two requests each
    }

    [Fact]
    public async Task A_look_that_fails_is_tried_again_and_does_not_wait_for_the_slowest_copy()
    {
        var gate = new Gate();
        _core.Seed(_core.Key(-Minute, "slow"), id: "slow");
        _core.Store.Before = Faults.Once(Is(StoreOperation.Copy), gate.WaitAsync);
        await StartWorkerAsync();
        await _core.Time.RunAsync(2 * Minute); // its sweep is under way
        _core.Count(StoreOperation.Copy).ShouldBe(1);

        _core.Store.Before = Faults.Once(Is(StoreOperation.List), () => throw Faults.Transient());
        await _core.Time.RunAsync(1.5 * Second);
        var key = _core.Seed(_core.Key(TimeSpan.Zero));
        await _core.Time.RunAsync(2 * Second);

        _core.Delivered(key).ShouldBe("content");
        Logged("SweepFailed").ShouldBe(0);
        gate.Open();
        await _core.Time.RunAsync(2 * Second);
        _core.Pending().ShouldBeEmpty();
    }

    [Fact]
    public async Task Looks_that_fail_for_longer_end_the_sweep_and_are_in_the_log_within_10_seconds()
    {
        _core.Seed(_core.Key(-Minute));
        _core.Store.Before = Faults.When(Is(StoreOperation.Copy), () => Faults.Transient());
        await StartWorkerAsync();
        await _core.Time.RunAsync(2 * Minute);
        Logged("SweepFailed").ShouldBe(0);

        _core.Store.Before = Faults.When(_ => true, () => Faults.Transient());
        await _core.Time.RunAsync(10 * Second);

        Logged("SweepFailed").ShouldBe(1);
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
