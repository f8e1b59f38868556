namespace S3Scheduler.Api.Tests.Delivery;

public sealed class SweepWorkerTests : IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    private readonly Core _core = new();

    public async ValueTask InitializeAsync() => await _core.StartedAsync();

    public async ValueTask DisposeAsync()
    {
        await _core.Worker.StopAsync(CancellationToken.None);
        _core.Dispose();
    }

    [Fact]
    public async Task It_sweeps_at_the_start_and_then_once_an_interval()
    {
        await StartAsync();
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
            await core.Time.RunAsync(10 * Second + TimeSpan.FromMilliseconds(milliseconds));
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
    public async Task It_wakes_for_what_a_sweep_saw()
    {
        var key = _core.Seed(_core.Key(20 * Second));
        await StartAsync();

        await _core.Time.RunAsync(22 * Second);

        _core.Delivered(key).ShouldBe("content");
        Sweeps().ShouldBe(2);
    }

    [Fact]
    public async Task Something_sooner_wakes_it_sooner_and_something_later_does_not()
    {
        _core.Seed(_core.Key(20 * Second, "seen"));
        await StartAsync();
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
    public async Task The_same_again_wakes_it_too()
    {
        await StartAsync();
        await _core.Time.RunAsync(2 * Second);
        var key = _core.Seed(_core.Key(5 * Second)); // the answer to the first post was lost

        (await _core.PostAsync(key)).Schedule.Key.ShouldBe(key);
        await _core.Time.UntilAsleepAsync(within: 7 * Second);
        await _core.Time.RunAsync(7 * Second);

        _core.Delivered(key).ShouldBe("content");
    }

    [Fact]
    public async Task Two_sweeps_are_at_least_a_second_apart()
    {
        for (var n = 0; n < 50; n++) _core.Seed(_core.Key(5 * Second + n * TimeSpan.FromMilliseconds(100), $"{n}"));
        var times = new List<DateTimeOffset>();
        _core.Store.Before = request =>
        {
            if (Sweeps() > times.Count) times.Add(_core.Now);
            return Task.CompletedTask;
        };
        await StartAsync();

        await _core.Time.RunAsync(20 * Second);

        _core.Pending().ShouldBeEmpty();
        times.Zip(times.Skip(1), (first, second) => second - first).ShouldAllBe(pause => pause >= Second);
        times.Count.ShouldBeLessThan(12);
    }

    [Fact]
    public async Task It_goes_on_when_the_store_is_back()
    {
        var key = _core.Seed(_core.Key(10 * Second));
        await StartAsync();
        await _core.Time.RunAsync(5 * Second);
        _core.Store.Before = _ => throw new StoreException(StoreException.Unreachable, "Down.", isTransient: true);
        await _core.Time.RunAsync(10 * Minute);
        _core.Store.Before = null;

        await _core.Time.RunAsync(2 * Second);

        _core.Delivered(key).ShouldBe("content");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failed_sweep_does_not_forget_what_is_due_soon(bool isOnRequest)
    {
        await StartAsync();
        await _core.Time.RunAsync(isOnRequest ? 2 * Second : Minute - Second);
        var key = (await _core.PostAsync(_core.Key(5 * Second))).Schedule.Key;
        await _core.Time.UntilAsleepAsync(within: 7 * Second);
        _core.Store.Before = request =>
        {
            if (request.Operation != StoreOperation.List) return Task.CompletedTask;
            _core.Store.Before = null;
            throw new StoreException(StoreException.Unreachable, "Once.", isTransient: true);
        };
        if (isOnRequest) await Should.ThrowAsync<StoreException>(() => _core.Loop.RunAsync(Minute, Core.Cancellation));

        await _core.Time.RunAsync(8 * Second);

        _core.Delivered(key).ShouldBe("content");
    }

    [Fact]
    public async Task While_another_sweep_is_under_way_it_does_not_forget_what_is_due_soon()
    {
        await StartAsync();
        await _core.Time.RunAsync(2 * Second);
        _core.Seed(_core.Key(-Second, "slow"));
        var (reached, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        _core.Store.Before = request =>
        {
            if (request.Operation != StoreOperation.Copy) return Task.CompletedTask;
            reached.TrySetResult();
            return go.Task;
        };
        var key = (await _core.PostAsync(_core.Key(5 * Second))).Schedule.Key;
        await _core.Time.UntilAsleepAsync(within: 7 * Second);
        await _core.Time.RunAsync(2 * Second);
        var requested = _core.SweepAsync(); // by a client, just now
        await reached.Task;

        await _core.Time.RunAsync(5 * Second); // busy when the schedule is due
        _core.Delivered(key).ShouldBeNull();
        go.SetResult();
        await requested;
        await _core.Time.RunAsync(2 * Second);

        _core.Delivered(key).ShouldBe("content");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(30)]
    public async Task Asleep_it_stops_at_once(int seconds)
    {
        await StartAsync();
        await _core.Time.RunAsync(seconds * Second);

        await _core.Worker.StopAsync(Core.Cancellation);

        _core.Worker.ExecuteTask!.IsCompleted.ShouldBeTrue();
        Sweeps().ShouldBe(1);
    }

    [Fact]
    public async Task Midway_it_stops_after_the_copies_that_it_has_begun()
    {
        for (var n = 0; n < 200; n++) _core.Seed(_core.Key(-Minute, $"{n}"));
        var reached = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        _core.Store.Before = request =>
        {
            if (request.Operation != StoreOperation.Copy) return Task.CompletedTask;
            reached.TrySetResult();
            return go.Task;
        };
        await _core.Worker.StartAsync(Core.Cancellation);
        await reached.Task;

        var stopped = _core.Worker.StopAsync(Core.Cancellation);
        go.SetResult();
        await stopped;

        var delivered = _core.Store.Keys("reports").Count;
        delivered.ShouldBeInRange(1, 64);
        _core.Pending().Count.ShouldBe(200 - delivered);
    }

    private async Task StartAsync()
    {
        await _core.Worker.StartAsync(Core.Cancellation);
        await _core.Time.UntilAsleepAsync();
    }

    // Each lists the folder to see what is due, and once more where it has created a lease.
    private int Sweeps()
    {
        var requests = _core.Store.Requests;
        var leases = requests.Where(r => r.Operation == StoreOperation.Put && r.Key.StartsWith(_core.Folder.BeforeLeases, StringComparison.Ordinal));
        return requests.Count(r => r.Operation == StoreOperation.List) - leases.Select(r => r.Key).Distinct().Count();
    }
}
