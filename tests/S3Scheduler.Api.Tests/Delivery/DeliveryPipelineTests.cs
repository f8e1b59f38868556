using System.Collections.Concurrent;

namespace S3Scheduler.Api.Tests.Delivery;

public sealed class DeliveryPipelineTests() : CoreTests(new(concurrency: Concurrency))
{
    private const int Concurrency = 8;
    private const int PerBucket = Concurrency / 4;

    [Theory]
    [InlineData(3, 0)]
    [InlineData(5, 2_000)]
    public async Task Each_delete_is_acknowledged_before_the_next_copy_to_that_destination(int same, int others)
    {
        await _core.StartedAsync();
        for (var n = 0; n < others; n++) _core.Seed(Due(500 + n, $"other {n}"));
        // They lie before, between and after the others, on several pages.
        var keys = Enumerable.Range(0, same)
            .Select(n => _core.Seed(Due(n * (others + 1_000) / same, "same"), $"{n}")).ToList();
        var steps = new ConcurrentQueue<(StoreOperation Operation, string Key)>();
        _core.Store.Before = request => Note(request, StoreOperation.Copy);
        _core.Store.After = request => Note(request, StoreOperation.Delete);

        (await _core.SweepAsync()).Delivered.ShouldBe(same + others);

        var pending = keys.Select(k => _core.Folder.Pending(k).Key).ToList();
        steps.Where(s => pending.Contains(s.Key))
            .ShouldBe(pending.SelectMany(k => new[] { (StoreOperation.Copy, k), (StoreOperation.Delete, k) }));
        _core.Delivered(keys[^1]).ShouldBe($"{same - 1}");

        Task Note(StoreRequest request, StoreOperation operation)
        {
            if (request.Operation == operation)
                foreach (var key in request.Keys) steps.Enqueue((operation, key));
            return Task.CompletedTask;
        }
    }

    [Theory]
    [InlineData(Concurrency, Concurrency)]
    [InlineData(1, PerBucket)]
    [InlineData(2, 2 * PerBucket)]
    public async Task So_many_copies_run_concurrently_as_are_configured_and_a_quarter_for_each_bucket(
        int buckets, int expected)
    {
        await _core.StartedAsync();
        for (var n = 0; n < 3 * Concurrency; n++) _core.Seed(Due(n, $"{n}", $"bucket-{n % buckets}"));
        var (running, most, go) = (0, 0, new TaskCompletionSource());
        var full = new TaskCompletionSource();
        _core.Store.Before = async request =>
        {
            if (request.Operation != StoreOperation.Copy) return;
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            if (now == expected) full.TrySetResult();
            await go.Task;
            Interlocked.Decrement(ref running);
        };

        var sweep = _core.SweepAsync();
        await full.Task.WaitAsync(TimeSpan.FromSeconds(20), Core.Cancellation);
        go.SetResult();

        (await sweep).Delivered.ShouldBe(3 * Concurrency);
        most.ShouldBe(expected);
    }

    [Theory]
    [InlineData("never sent")]
    [InlineData("response lost")]
    public async Task A_transient_copy_fault_delays_only_later_schedules_to_the_same_destination(string how)
    {
        var (first, second, other) = await SeedThreeAsync();
        FailAll(
            r => r.Operation == StoreOperation.Copy && r.Key == _core.Folder.Pending(first).Key,
            () => Faults.Transient("SlowDown"), after: how == "response lost");

        var result = await _core.SweepAsync();

        (result with { RetryAt = null }).ShouldBe(new SweepResult(SweepOutcome.Swept, 1));
        _core.Pending().ShouldBe([first.ToString(), second.ToString()]);
        _core.Delivered(first).ShouldBe(how == "never sent" ? null : "first");
        _core.Delivered(other).ShouldBe("other");
        await DeliversTheRestAsync(second);
    }

    [Fact]
    public async Task A_missing_bucket_does_not_delay_other_buckets()
    {
        await _core.StartedAsync();
        _core.Store.Missing.Add("gone");
        var gone = _core.Seed(new ScheduleKey(_core.Now.AddMinutes(-2), new Destination("gone", "a")));
        var other = _core.Seed(Due(0, "other"), "other");

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1, 1));

        _core.Delivered(other).ShouldBe("other");
        _core.Pending().ShouldBeEmpty();
        _core.Store.Read(_core.Folder.Failed(gone, "NoSuchBucket")).ShouldBe("content");
    }

    [Fact]
    public async Task A_refused_delete_delays_only_later_schedules_to_the_same_destination()
    {
        var (first, second, other) = await SeedThreeAsync();
        _core.Store.RefusesDelete = key => key == _core.Folder.Pending(first).Key ? "InternalError" : null;

        (await _core.SweepAsync() with { RetryAt = null }).ShouldBe(new SweepResult(SweepOutcome.Swept, 1));

        _core.Pending().ShouldBe([first.ToString(), second.ToString()]);
        _core.Delivered(first).ShouldBe("first");
        _core.Delivered(other).ShouldBe("other");
        await DeliversTheRestAsync(second);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_delete_without_a_response_delays_only_its_own_destinations(bool takesPlace)
    {
        var (first, second, _) = await SeedThreeAsync();
        for (var n = 0; n < 1_000; n++) _core.Seed(Due(100 + n, $"{n}"), id: $"id {n}");
        var batch = 0;
        FailAll(
            r =>
            {
                var isDelete = r.Operation == StoreOperation.Delete;
                if (!isDelete || !r.Keys.Contains(_core.Folder.Pending(first).Key)) return false;
                batch = r.Keys.Count(k => !k.StartsWith(_core.Folder.LeasePrefix, StringComparison.Ordinal));
                return true;
            },
            () => Faults.Transient(), after: takesPlace);
        var result = await _core.SweepAsync();

        result.Delivered.ShouldBe(1_002 - batch);
        _core.Delivered(first).ShouldBe("first");
        _core.Pending().Count.ShouldBe(takesPlace ? 1 : batch + 1);
        _core.Pending().ShouldContain(second.ToString());
        _core.Store.ForgetRequests();
        EndFaults();
        _core.Time.Advance(Second);

        (await _core.SweepAsync()).Delivered.ShouldBe(takesPlace ? 1 : batch + 1);
        _core.Delivered(second).ShouldBe("second");
        _core.Pending().ShouldBeEmpty();
        _core.Count(StoreOperation.Copy).ShouldBe(1); // the other copies are found at their destinations
    }

    [Fact]
    public async Task A_schedule_cancelled_during_the_sweep_is_not_a_failure_and_delays_nothing()
    {
        var (first, second, _) = await SeedThreeAsync();
        _core.Store.Before = async request =>
        {
            if (request.Operation != StoreOperation.Copy || request.Key != _core.Folder.Pending(first).Key) return;
            await _core.Store.DeleteAsync(Core.Bucket, [new DeleteTarget(request.Key)], Core.Cancellation);
        };

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 2));

        _core.Delivered(second).ShouldBe("second");
        _core.Pending().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stopped_sweep_starts_no_more_copies_and_deletes_the_copied_schedules()
    {
        const int Enough = 20;
        await _core.StartedAsync();
        for (var n = 0; n < 100; n++) _core.Seed(Due(n, $"{n}"));
        using var stop = new CancellationTokenSource();
        var (gate, copies) = (new Lock(), 0);
        _core.Store.Before = request =>
        {
            // After the stop only copies that have already started can still come.
            if (request.Operation == StoreOperation.Copy)
                lock (gate) if (++copies == Enough) stop.Cancel();
            return Task.CompletedTask;
        };

        var result = await _core.Sweep.RunAsync(stop.Token);

        result.Delivered.ShouldBeInRange(Enough, Enough + PerBucket - 1);
        result.RetryAt.ShouldNotBeNull(); // there is more to do
        _core.Store.Keys("reports").Count.ShouldBe(result.Delivered);
        _core.Pending().Count.ShouldBe(100 - result.Delivered);
        (await _core.SweepAsync()).Delivered.ShouldBe(100 - result.Delivered);
    }

    private ScheduleKey Due(int milliseconds, string key, string bucket = "reports") =>
        _core.Key(TimeSpan.FromMinutes(-5) + milliseconds * Millisecond, key, bucket);

    private async Task<(ScheduleKey First, ScheduleKey Second, ScheduleKey Other)> SeedThreeAsync()
    {
        await _core.StartedAsync();
        return (
            _core.Seed(Due(0, "same"), "first", "id of first"),
            _core.Seed(Due(2_000, "same"), "second", "id of second"),
            _core.Seed(Due(1, "other", "others"), "other", "id of other"));
    }

    private async Task DeliversTheRestAsync(ScheduleKey last)
    {
        EndFaults();
        _core.Store.RefusesDelete = _ => null;
        _core.Time.Advance(Second); // the longest pause after one failure
        (await _core.SweepAsync()).Delivered.ShouldBe(2);
        _core.Delivered(last).ShouldBe("second");
        _core.Pending().ShouldBeEmpty();
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; value > seen; seen = most)
            if (Interlocked.CompareExchange(ref most, value, seen) == seen) return;
    }
}
