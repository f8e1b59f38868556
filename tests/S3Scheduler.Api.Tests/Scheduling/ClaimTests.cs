namespace S3Scheduler.Api.Tests.Scheduling;

/// <summary>Many retry or reschedule the same schedule at the same moment.</summary>
public sealed class ClaimTests : ClaimedTests
{
    private const int Many = 8;

    [Fact]
    public async Task A_failed_schedule_that_many_retry_at_once_is_pending_once()
    {
        var key = Fail(_core.Key(-Minute));
        HoldPutsUntil(Many);

        var results = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => RetryAsync(_core, key)));

        var again = _core.Pending().ShouldHaveSingleItem();
        (FailedKeys().Count, Claims().Count).ShouldBe((0, 0));
        results.Where(r => r.Outcome == RetryOutcome.Retried).ShouldHaveSingleItem().Schedule!.Key
            .ToString().ShouldBe(again);
        results.Count(r => r.Outcome is RetryOutcome.UnderWay or RetryOutcome.NotFound).ShouldBe(Many - 1);
    }

    [Fact]
    public async Task Failed_schedules_that_many_retry_at_once_do_not_grow_in_number()
    {
        for (var n = 0; n < 50; n++) Fail(_core.Key(-(n + 1) * Minute, $"{n}"));
        for (var round = 1; round <= 3; round++)
        {
            HoldPutsUntil(Many * Concurrency);
            await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => RetryAllAsync(_core)));

            (_core.Pending().Count, FailedKeys().Count, Claims().Count).ShouldBe((50, 0, 0), $"round {round}");
            EndFaults();
            _core.Store.Missing.Add("reports");
            _core.Time.Advance(Minute);
            (await _core.SweepAsync()).Failed.ShouldBe(50);
        }
    }

    [Fact]
    public async Task A_schedule_that_many_reschedule_at_once_is_pending_once()
    {
        var key = (await _core.PostAsync(_core.Key(10 * Minute))).Schedule.Key;
        HoldPutsUntil(Many);

        var results = await Task.WhenAll(Enumerable.Range(1, Many)
            .Select(n => RescheduleAsync(_core, key, key.DueAt + n * Minute)));

        var again = _core.Pending().ShouldHaveSingleItem();
        results.Where(r => r.Outcome == RescheduleOutcome.Rescheduled).ShouldHaveSingleItem().Schedule!.Key
            .ToString().ShouldBe(again);
        results.Count(r => r.Outcome is RescheduleOutcome.UnderWay or RescheduleOutcome.NotFound)
            .ShouldBe(Many - 1);
        Claims().ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_comes_second_is_told_the_key_that_the_first_gives_the_schedule()
    {
        var key = Fail(_core.Key(-Minute));
        RetryResult? second = null;
        _core.Store.Before = Faults.Once(IsPutOfSchedule, async () => second = await RetryAsync(Other, key));

        var first = await RetryAsync(_core, key);

        second.ShouldBe(new RetryResult(RetryOutcome.UnderWay) { Others = first.Schedule!.Key });
    }

    [Fact]
    public async Task Who_has_read_the_schedule_before_another_retried_it_stores_nothing()
    {
        var key = Fail(_core.Key(-Minute));
        _core.Store.Before = Faults.Once(
            r => r.Operation == StoreOperation.Put, async () => await RetryAsync(Other, key));

        (await RetryAsync(_core, key)).Outcome.ShouldBe(RetryOutcome.NotFound);

        (_core.Pending().Count, Claims().Count).ShouldBe((1, 0));
    }

    // As if all had read before the first one wrote, each at another time. All together, that is far less than a claim
    // lasts.
    private void HoldPutsUntil(int callers)
    {
        var (waiting, all) = (0, new TaskCompletionSource());
        _core.Store.Before = async request =>
        {
            if (request.Operation != StoreOperation.Put) return;
            if (Interlocked.Increment(ref waiting) == callers) all.SetResult();
            await all.Task;
        };
        _core.Store.After = request =>
        {
            if (request.Operation == StoreOperation.Get) _core.Time.Advance(2 * Millisecond);
            return Task.CompletedTask;
        };
    }
}
