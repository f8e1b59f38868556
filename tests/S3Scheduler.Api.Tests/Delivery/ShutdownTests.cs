namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>How a sweep ends when its process is told to stop.</summary>
public sealed class ShutdownTests() : CoreTests(new(concurrency: 4 * Concurrency))
{
    private const int Concurrency = 8; // for one bucket
    private Gate _gate = new();

    public override async ValueTask InitializeAsync()
    {
        await _core.SettledAsync();
        for (var n = 0; n < 100; n++) _core.Seed(_core.Key(-Minute, $"{n}"), id: $"{n}");
    }

    [Fact]
    public async Task A_stop_waits_for_running_copies_deletes_their_schedules_and_closes_the_lease()
    {
        var stopped = await StopDuringAsync(StoreOperation.Copy, count: Concurrency);
        Pass(3.9);
        _gate.Open();
        await stopped.WaitAsync(Gate.Timeout, Core.Cancellation);

        _core.Store.Keys("reports").Count.ShouldBe(Concurrency);
        _core.Pending().Count.ShouldBe(100 - Concurrency);
        (await _core.NewestLeaseAsync())!.State.ShouldBe(LeaseState.Closed);
        (await Other.SweepAsync()).Delivered.ShouldBe(100 - Concurrency); // at once
        Other.Count(StoreOperation.Head).ShouldBe(0);
    }

    [Fact]
    public async Task After_4_seconds_copies_are_abandoned_and_the_lease_records_their_buckets()
    {
        var stopped = await StopDuringAsync(StoreOperation.Copy, count: Concurrency);
        Pass(3.9);
        stopped.IsCompleted.ShouldBeFalse();
        Pass(0.1);
        await stopped.WaitAsync(Gate.Timeout, Core.Cancellation);

        _core.Pending().Count.ShouldBe(100);
        (await _core.NewestLeaseAsync())!.Unresolved.ShouldBe(["reports"]);
        _core.Worker.ExecuteTask!.IsFaulted.ShouldBeFalse();
        _core.Log.Names.ShouldNotContain("SweepFailed");
    }

    [Fact]
    public async Task Completed_copies_are_deleted_even_if_other_copies_are_abandoned()
    {
        _core.Seed(_core.Key(-2 * Minute, "slow", "slow"), id: "slow");
        var copies = 0;
        var last = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _core.Store.After = request =>
        {
            if (request.IsCopyTo("reports") && Interlocked.Increment(ref copies) == 100) last.SetResult();
            return Task.CompletedTask;
        };
        _core.Store.Before = request => request.IsCopyTo("slow") ? _gate.WaitAsync() : Task.CompletedTask;
        await _core.Worker.StartAsync(Core.Cancellation);
        await last.Task.WaitAsync(Gate.Timeout, Core.Cancellation);

        var stopped = _core.Worker.StopAsync(Core.Cancellation);
        Pass(4);
        await stopped.WaitAsync(Gate.Timeout, Core.Cancellation);

        _core.Store.Keys("reports").Count.ShouldBe(100);
        _core.Pending().ShouldHaveSingleItem().ShouldEndWith("|slow|slow");
        (await _core.NewestLeaseAsync())!.Unresolved.ShouldBe(["slow"]);
    }

    [Fact]
    public async Task After_8_seconds_deletes_are_abandoned_too()
    {
        var stopped = await StopDuringAsync(StoreOperation.Delete, count: 1);
        Pass(7.9);
        stopped.IsCompleted.ShouldBeFalse();
        Pass(0.1);
        await stopped.WaitAsync(Gate.Timeout, Core.Cancellation);

        _core.Pending().Count.ShouldBe(100);
        _core.Log.Names.ShouldContain("LeaseNotClosed"); // it expires
        Pass(31);
        (await Other.SweepAsync()).Delivered.ShouldBe(100);
        Other.Count(StoreOperation.Copy).ShouldBe(0);
    }

    [Fact]
    public async Task A_client_that_disconnects_stops_its_sweep_in_the_same_way()
    {
        using var client = new CancellationTokenSource();
        _gate = HoldAt(StoreOperation.Copy, Concurrency);
        var sweep = _core.Sweep.RunAsync(client.Token);
        await _gate.Reached;

        await client.CancelAsync();
        _gate.Open();

        var result = await sweep.WaitAsync(Gate.Timeout, Core.Cancellation);
        (result.Outcome, result.Delivered).ShouldBe((SweepOutcome.Swept, Concurrency));
        (await _core.NewestLeaseAsync())!.State.ShouldBe(LeaseState.Closed);
    }

    // Stops the worker while that many requests wait at the gate.
    private async Task<Task> StopDuringAsync(StoreOperation operation, int count)
    {
        _gate = HoldAt(operation, count);
        await _core.Worker.StartAsync(Core.Cancellation);
        await _gate.Reached;
        return _core.Worker.StopAsync(Core.Cancellation);
    }

    private void Pass(double seconds) => _core.Time.Advance(TimeSpan.FromSeconds(seconds));
}
