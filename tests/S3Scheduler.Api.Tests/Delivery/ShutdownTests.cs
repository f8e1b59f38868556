namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>How a sweep ends when its process is told to stop.</summary>
public sealed class ShutdownTests : IAsyncLifetime
{
    private const int Concurrency = 8;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);

    private readonly Core _core = new(concurrency: Concurrency);
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask InitializeAsync()
    {
        await _core.SettledAsync();
        for (var n = 0; n < 100; n++) _core.Seed(_core.Key(-Minute, $"{n}"), id: $"{n}");
    }

    public ValueTask DisposeAsync()
    {
        _core.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Copies_under_way_are_waited_for_and_deleted_and_the_lease_is_closed()
    {
        var stopped = await StopDuringAsync(StoreOperation.Copy, count: Concurrency);
        Pass(3.9);
        _go.SetResult();
        await stopped.WaitAsync(Hang, Core.Cancellation);

        _core.Store.Keys("reports").Count.ShouldBe(Concurrency);
        _core.Pending().Count.ShouldBe(100 - Concurrency);
        (await _core.NewestLeaseAsync())!.State.ShouldBe(LeaseState.Closed);
        using var other = _core.AnotherProcess();
        (await other.SweepAsync()).Delivered.ShouldBe(100 - Concurrency); // at once
        other.Count(StoreOperation.Head).ShouldBe(0);
    }

    [Fact]
    public async Task After_4_seconds_copies_are_given_up_and_the_lease_tells_where()
    {
        var stopped = await StopDuringAsync(StoreOperation.Copy, count: Concurrency);
        Pass(3.9);
        stopped.IsCompleted.ShouldBeFalse();
        Pass(0.1);
        await stopped.WaitAsync(Hang, Core.Cancellation);

        _core.Pending().Count.ShouldBe(100);
        (await _core.NewestLeaseAsync())!.Unresolved.ShouldBe(["reports"]);
        _core.Worker.ExecuteTask!.IsFaulted.ShouldBeFalse();
        _core.Log.Names.ShouldNotContain("SweepFailed");
    }

    [Fact]
    public async Task Copies_that_were_answered_are_deleted_even_where_others_are_given_up()
    {
        _core.Seed(_core.Key(-2 * Minute, "slow", "slow"), id: "slow");
        var copies = 0;
        _core.Store.After = request =>
        {
            if (request.IsCopyTo("reports") && Interlocked.Increment(ref copies) == 100) _reached.SetResult();
            return Task.CompletedTask;
        };
        _core.Store.Before = request => request.IsCopyTo("slow") ? _go.Task : Task.CompletedTask;
        await _core.Worker.StartAsync(Core.Cancellation);
        await _reached.Task.WaitAsync(Hang, Core.Cancellation);

        var stopped = _core.Worker.StopAsync(Core.Cancellation);
        Pass(4);
        await stopped.WaitAsync(Hang, Core.Cancellation);

        _core.Store.Keys("reports").Count.ShouldBe(100);
        _core.Pending().ShouldHaveSingleItem().ShouldEndWith("|slow|slow");
        (await _core.NewestLeaseAsync())!.Unresolved.ShouldBe(["slow"]);
    }

    [Fact]
    public async Task After_8_seconds_deletes_are_given_up_too()
    {
        var stopped = await StopDuringAsync(StoreOperation.Delete, count: 1);
        Pass(7.9);
        stopped.IsCompleted.ShouldBeFalse();
        Pass(0.1);
        await stopped.WaitAsync(Hang, Core.Cancellation);

        _core.Pending().Count.ShouldBe(100);
        _core.Log.Names.ShouldContain("LeaseNotClosed"); // it expires
        using var other = _core.AnotherProcess();
        Pass(31);
        (await other.SweepAsync()).Delivered.ShouldBe(100);
        other.Count(StoreOperation.Copy).ShouldBe(0);
    }

    [Fact]
    public async Task A_client_that_goes_away_ends_the_sweep_it_asked_for_in_the_same_way()
    {
        using var client = new CancellationTokenSource();
        HoldAt(StoreOperation.Copy, Concurrency);
        var sweep = _core.Sweep.RunAsync(client.Token);
        await _reached.Task.WaitAsync(Hang, Core.Cancellation);

        await client.CancelAsync();
        _go.SetResult();

        var result = await sweep.WaitAsync(Hang, Core.Cancellation);
        (result.Outcome, result.Delivered).ShouldBe((SweepOutcome.Swept, Concurrency));
        (await _core.NewestLeaseAsync())!.State.ShouldBe(LeaseState.Closed);
    }

    // Stops the worker while that many requests are under way, which go on once they may.
    private async Task<Task> StopDuringAsync(StoreOperation operation, int count)
    {
        HoldAt(operation, count);
        await _core.Worker.StartAsync(Core.Cancellation);
        await _reached.Task.WaitAsync(Hang, Core.Cancellation);
        return _core.Worker.StopAsync(Core.Cancellation);
    }

    private void HoldAt(StoreOperation operation, int count)
    {
        var held = 0;
        _core.Store.Before = request =>
        {
            if (request.Operation != operation) return Task.CompletedTask;
            if (Interlocked.Increment(ref held) == count) _reached.SetResult();
            return _go.Task;
        };
    }

    private void Pass(double seconds) => _core.Time.Advance(TimeSpan.FromSeconds(seconds));
}
