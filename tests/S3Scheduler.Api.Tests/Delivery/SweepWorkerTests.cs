namespace S3Scheduler.Api.Tests.Delivery;

public sealed class SweepWorkerTests : CoreTests
{
    public override async ValueTask InitializeAsync() => await _core.StartedAsync();

    [Fact]
    public async Task The_worker_sweeps_at_the_start_and_then_once_per_interval()
    {
        await StartWorkerAsync();
        Sweeps().ShouldBe(1);

        await _core.Time.RunAsync(Minute - Millisecond);
        Sweeps().ShouldBe(1);
        await _core.Time.RunAsync(Millisecond);
        Sweeps().ShouldBe(2);
        await _core.Time.RunAsync(10 * Minute);
        Sweeps().ShouldBe(12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(86_400)]
    [InlineData(-86_400)]
    public async Task A_schedule_known_5_seconds_ahead_is_delivered_within_2_seconds_and_never_early(int skewSeconds)
    {
        for (var milliseconds = 0; milliseconds < 1000; milliseconds += 130)
        {
            using var core = new Core(skew: TimeSpan.FromSeconds(skewSeconds));
            await core.Worker.StartAsync(Core.Cancellation);
            await core.Time.RunAsync(10 * Second + milliseconds * Millisecond);
            DateTimeOffset? copiedAt = null;
            core.Store.Before = request =>
            {
                if (request.Operation == StoreOperation.Copy) copiedAt = core.Now;
                return Task.CompletedTask;
            };

            var key = (await core.PostAsync(core.Key(5 * Second))).Schedule.Key;
            await core.Time.UntilAsleepAsync(within: 7 * Second);
            await core.Time.RunAsync(10 * Second);

            copiedAt.ShouldNotBeNull().ShouldBeInRange(key.DueAt, key.DueAt + 2 * Second);
            core.Delivered(key).ShouldBe("content");
            await core.Worker.StopAsync(Core.Cancellation);
        }
    }

    [Fact]
    public async Task The_worker_wakes_for_the_next_due_time_that_a_sweep_saw()
    {
        var key = _core.Seed(_core.Key(20 * Second));
        await StartWorkerAsync();

        await _core.Time.RunAsync(22 * Second);

        _core.Delivered(key).ShouldBe("content");
        Sweeps().ShouldBe(2);
    }

    [Fact]
    public async Task A_server_that_does_not_say_its_time_delays_no_wake_up()
    {
        var key = _core.Seed(_core.Key(30 * Second));
        await StartWorkerAsync();
        var gate = HoldAt(StoreOperation.Head);

        await _core.Time.RunAsync(32 * Second);

        _core.Delivered(key).ShouldBe("content");
        gate.Reached.IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public async Task Only_an_earlier_schedule_wakes_the_worker_earlier()
    {
        _core.Seed(_core.Key(20 * Second, "seen"));
        await StartWorkerAsync();
        await _core.Time.RunAsync(2 * Second);

        await _core.PostAsync(_core.Key(40 * Second, "later"));
        var soon = (await _core.PostAsync(_core.Key(5 * Second, "soon"))).Schedule.Key;
        await _core.Time.UntilAsleepAsync(within: 7 * Second);
        await _core.Time.RunAsync(7 * Second);
        _core.Delivered(soon).ShouldBe("content");
        Sweeps().ShouldBe(2);

        await _core.Time.RunAsync(Minute);
        _core.Pending().ShouldBeEmpty();
        Sweeps().ShouldBe(4);
    }

    [Fact]
    public async Task A_repeated_post_wakes_the_worker_too()
    {
        await StartWorkerAsync();
        await _core.Time.RunAsync(2 * Second);
        var key = _core.Seed(_core.Key(5 * Second)); // the response to the first post was lost

        (await _core.PostAsync(key)).Schedule.Key.ShouldBe(key);
        await _core.Time.UntilAsleepAsync(within: 7 * Second);
        await _core.Time.RunAsync(7 * Second);

        _core.Delivered(key).ShouldBe("content");
    }

    [Fact]
    public async Task A_sweep_goes_on_while_something_falls_due_and_looks_are_at_least_100_milliseconds_apart()
    {
        const int Many = 500;
        for (var n = 0; n < Many; n++) _core.Seed(_core.Key(5 * Second + n * 10 * Millisecond, $"{n}"));
        var late = new List<TimeSpan>();
        _core.Store.Before = request =>
        {
            if (request.Operation == StoreOperation.Copy) late.Add(_core.Now - DueAt(request));
            return Task.CompletedTask;
        };
        await StartWorkerAsync();

        await _core.Time.RunAsync(20 * Second);

        _core.Pending().ShouldBeEmpty();
        _core.Count(StoreOperation.List).ShouldBeLessThan(5 * 10 + 12);
        late.Count.ShouldBe(Many);
        late.ShouldAllBe(l => l >= TimeSpan.Zero && l <= 1.2 * Second);
        late.Order().ElementAt(Many / 2).ShouldBeLessThan(0.3 * Second);
    }

    [Fact]
    public async Task The_worker_continues_when_the_store_is_back()
    {
        var key = _core.Seed(_core.Key(10 * Second));
        await StartWorkerAsync();
        await _core.Time.RunAsync(5 * Second);
        _core.Store.Before = _ => throw Faults.Transient();
        await _core.Time.RunAsync(10 * Minute);
        _core.Store.Before = null;

        await _core.Time.RunAsync(6 * Second);

        _core.Delivered(key).ShouldBe("content");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failed_sweep_does_not_forget_what_is_due_soon(bool isOnRequest)
    {
        await StartWorkerAsync();
        await _core.Time.RunAsync(isOnRequest ? 2 * Second : Minute - Second);
        var asleep = _core.Time.NextTimerAsync(within: 7 * Second);
        var key = (await _core.PostAsync(_core.Key(5 * Second))).Schedule.Key;
        await asleep;
        _core.Store.Before = request =>
        {
            if (request.Operation != StoreOperation.List) return Task.CompletedTask;
            _core.Store.Before = null;
            throw Faults.Transient();
        };
        if (isOnRequest)
        {
            asleep = _core.Time.NextTimerAsync(within: 7 * Second);
            await Should.ThrowAsync<StoreException>(() => _core.Loop.RunAsync(Minute, default, Core.Cancellation));
            await asleep;
        }

        await _core.Time.RunAsync(8 * Second);

        _core.Delivered(key).ShouldBe("content");
    }

    [Fact]
    public async Task A_sweep_that_is_busy_does_not_forget_what_is_due_soon()
    {
        await StartWorkerAsync();
        await _core.Time.RunAsync(2 * Second);
        _core.Seed(_core.Key(-Second, "slow"));
        var gate = HoldAt(StoreOperation.Copy);
        var key = (await _core.PostAsync(_core.Key(5 * Second))).Schedule.Key;
        await _core.Time.UntilAsleepAsync(within: 7 * Second);
        await _core.Time.RunAsync(2 * Second);
        var requested = _core.SweepAsync(); // requested by a client
        await gate.Reached;

        await _core.Time.RunAsync(5 * Second); // busy when the schedule is due
        _core.Delivered(key).ShouldBeNull();
        gate.Open();
        await requested;
        await _core.Time.RunAsync(2 * Second);

        _core.Delivered(key).ShouldBe("content");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(30)]
    public async Task A_sleeping_worker_stops_at_once(int seconds)
    {
        await StartWorkerAsync();
        await _core.Time.RunAsync(seconds * Second);

        await _core.Worker.StopAsync(Core.Cancellation);

        _core.Worker.ExecuteTask!.IsCompleted.ShouldBeTrue();
        Sweeps().ShouldBe(1);
    }

    [Fact]
    public async Task A_sweeping_worker_stops_after_the_copies_that_have_started()
    {
        for (var n = 0; n < 200; n++) _core.Seed(_core.Key(-Minute, $"{n}"));
        var gate = HoldAt(StoreOperation.Copy);
        await _core.Worker.StartAsync(Core.Cancellation);
        await gate.Reached;

        var stopped = _core.Worker.StopAsync(Core.Cancellation);
        gate.Open();
        await stopped;

        var delivered = _core.Store.Keys("reports").Count;
        delivered.ShouldBeInRange(1, 64);
        _core.Pending().Count.ShouldBe(200 - delivered);
    }

    private DateTimeOffset DueAt(StoreRequest request)
    {
        ScheduleKey.TryParse(request.Key[_core.Folder.Prefix.Length..], out var key).ShouldBeTrue();
        return key!.DueAt;
    }

    // Each sweep lists the folder from its beginning once, and once more after it has created a lease.
    private int Sweeps()
    {
        var requests = _core.Store.Requests;
        var leases = requests.Where(Is(StoreOperation.Put))
            .Where(r => r.Key.StartsWith(_core.Folder.LeasePrefix, StringComparison.Ordinal));
        return requests.Count(r => r.Operation == StoreOperation.List && r.Key == _core.Folder.BeforeLeases)
            - leases.Select(r => r.Key).Distinct().Count();
    }
}
