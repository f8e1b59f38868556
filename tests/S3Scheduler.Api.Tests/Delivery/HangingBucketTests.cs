namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>A destination bucket whose copies get no answer.</summary>
public sealed class HangingBucketTests : CoreTests
{
    private const int Hanging = 10;
    private const int Others = 200;

    private readonly Gate _gate = new();

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task All_others_are_delivered_and_deleted_meanwhile_and_the_sweep_ends_when_the_bucket_answers(
        int concurrency)
    {
        await SeedAllAsync(concurrency);

        var sweep = _core.StartSweep();
        await _core.Time.RunAsync(2 * Second);
        _core.Store.Keys("reports").Count.ShouldBe(Others);
        await _core.Time.RunAsync(Second);
        _core.Pending().Count.ShouldBe(Hanging);
        sweep.IsCompleted.ShouldBeFalse();

        _gate.Open();
        while (!sweep.IsCompleted) await _core.Time.RunAsync(Second);
        (await sweep).ShouldBe(new SweepResult(SweepOutcome.Swept, Hanging + Others));
        _core.Pending().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_budget_ends_the_sweep_within_8_seconds_and_its_lease_names_the_bucket_as_unresolved()
    {
        await SeedAllAsync(concurrency: 8);
        var (budget, began) = (10 * Second, _core.Now);
        DateTimeOffset? ended = null;

        var sweep = _core.Start(async () =>
        {
            var result = await _core.Sweep.KeepRunningAsync(budget, Core.Cancellation);
            ended = _core.Now;
            return result;
        });
        await _core.Time.RunAsync(2 * Second);
        _core.Pending().Count.ShouldBe(Hanging);
        await _core.Time.RunAsync(Minute);

        ended.ShouldNotBeNull().ShouldBeInRange(began + budget, began + budget + 8 * Second);
        (await sweep).Delivered.ShouldBe(Others);
        var lease = (await _core.NewestLeaseAsync()).ShouldNotBeNull();
        lease.State.ShouldBe(LeaseState.Unresolved);
        lease.Unresolved.ShouldBe(["hangs"]);
        (await Other.SweepAsync()).Delivered.ShouldBe(Hanging);
    }

    [Fact]
    public async Task What_falls_due_beside_a_hanging_bucket_is_delivered_within_a_second_and_a_half()
    {
        await SeedAllAsync(concurrency: 8);
        await StartWorkerAsync();
        for (var n = 0; n < 60; n++)
        {
            var key = _core.Seed(_core.Key(TimeSpan.Zero, $"later {n}"));
            await _core.Time.RunAsync(1.5 * Second);
            _core.Delivered(key).ShouldBe("content");
            await _core.Time.RunAsync(Second);
            _core.Pending().Count.ShouldBe(Hanging);
        }

        _gate.Open();
        await _core.Time.RunAsync(2 * Second);
        _core.Pending().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(StoreOperation.List)]
    [InlineData(StoreOperation.Put)]
    public async Task After_a_brief_outage_beside_a_hanging_bucket_the_others_are_delivered_soon(
        StoreOperation operation)
    {
        await SeedAllAsync(concurrency: 8);
        await StartWorkerAsync();
        await _core.Time.RunAsync(3 * Second);
        var hangs = _core.Store.Before.ShouldNotBeNull();
        _core.Store.Before = r => r.Operation == operation ? throw Faults.Transient() : hangs(r);
        await _core.Time.RunAsync(15 * Second);
        _core.Health.Problems().ShouldContain(
            p => p.Contains("The last sweep failed") || p.Contains("waits for the store's answers"));

        _core.Store.Before = hangs;
        var key = _core.Seed(_core.Key(TimeSpan.Zero, "later"));
        await _core.Time.RunAsync(15 * Second);

        _gate.Open();
        _core.Delivered(key).ShouldBe("content");
        _core.Health.Problems().ShouldNotContain(p => p.Contains("last sweep") || p.Contains("answers"));
    }

    private async Task SeedAllAsync(int concurrency)
    {
        _core = await new Core(concurrency: concurrency).SettledAsync();
        for (var n = 0; n < Hanging; n++) _core.Seed(_core.Key(-2 * Minute, $"{n}", "hangs"), id: $"{n}");
        for (var n = 0; n < Others; n++) _core.Seed(_core.Key(-Minute, $"{n}"), id: $"{n}");
        _core.Store.Before = r => r.IsCopyTo("hangs") ? _gate.WaitAsync() : Task.CompletedTask;
    }
}
