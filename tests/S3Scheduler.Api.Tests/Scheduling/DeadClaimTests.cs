using S3Scheduler.Api.Tests.Delivery;

namespace S3Scheduler.Api.Tests.Scheduling;

/// <summary>A retry or a reschedule follows one that has died, or takes long.</summary>
public sealed class DeadClaimTests : ClaimedTests
{
    [Fact]
    public async Task A_retry_that_died_before_it_stored_the_schedule_is_taken_over_after_a_minute()
    {
        var key = Fail(_core.Key(-Minute));
        await DieAsync(core => RetryAsync(core, key), IsPutOfSchedule);

        (await RetryAsync(Other, key)).Outcome.ShouldBe(RetryOutcome.UnderWay);
        _core.Time.Advance(Minute + 4 * Second);
        await SeeTimeAsync();

        (await RetryAsync(Other, key)).Outcome.ShouldBe(RetryOutcome.Retried);
        (_core.Pending().Count, FailedKeys().Count, Claims().Count).ShouldBe((1, 0, 0));
    }

    [Fact]
    public async Task A_retry_that_died_after_it_stored_the_schedule_is_ended_by_the_next_one()
    {
        var key = Fail(_core.Key(-Minute));
        await DieAsync(core => RetryAsync(core, key), IsPutOfSchedule, after: true);
        var again = _core.Pending().ShouldHaveSingleItem();
        _core.Time.Advance(Minute + 4 * Second);
        await SeeTimeAsync();

        var (outcome, schedule) = await RetryAsync(Other, key);

        (outcome, schedule!.Key.ToString()).ShouldBe((RetryOutcome.Retried, again));
        _core.Pending().ShouldBe([again]);
        (FailedKeys().Count, Claims().Count).ShouldBe((0, 0));
    }

    [Fact]
    public async Task A_retry_that_died_when_it_had_taken_over_a_claim_hides_nothing_that_was_stored_before_it()
    {
        using var second = _core.AnotherProcess();
        await second.StartedAsync();
        var key = Fail(_core.Key(-Minute));
        await DieAsync(core => RetryAsync(core, key), IsPutOfSchedule, after: true);
        var again = _core.Pending().ShouldHaveSingleItem();
        await WaitAsync();
        second.Store.Kill(r => r.IsPutOf("-0002"), after: true);
        await Should.ThrowAsync<KilledException>(() => RetryAsync(second, key));
        await WaitAsync();

        (await RetryAsync(Other, key)).Schedule!.Key.ToString().ShouldBe(again);
        _core.Pending().ShouldBe([again]);
        (FailedKeys().Count, Claims().Count).ShouldBe((0, 0));

        async Task WaitAsync()
        {
            _core.Time.Advance(Minute + 4 * Second);
            await SeeTimeAsync();
        }
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task After_a_fault_of_the_store_a_retry_can_be_sent_again_at_once(bool isStored)
    {
        var key = Fail(_core.Key(-Minute));
        FailAll(IsPutOfSchedule, () => Faults.Transient(), after: isStored);
        await Should.ThrowAsync<StoreException>(() => RetryAsync(_core, key));
        EndFaults();

        (await RetryAsync(Other, key)).Outcome.ShouldBe(RetryOutcome.Retried);

        (_core.Pending().Count, FailedKeys().Count, Claims().Count).ShouldBe((1, 0, 0));
    }

    [Fact]
    public async Task A_claim_whose_answer_was_lost_is_held()
    {
        var key = Fail(_core.Key(-Minute));
        _core.Store.After = Faults.Once(r => r.IsPutOf("/.claims/"), () => throw Faults.Transient());

        (await RetryAsync(_core, key)).Outcome.ShouldBe(RetryOutcome.Retried);
        (_core.Pending().Count, Claims().Count).ShouldBe((1, 0));
    }

    [Fact]
    public async Task A_reschedule_that_died_is_ended_by_the_next_one_which_says_so()
    {
        var key = (await _core.PostAsync(_core.Key(10 * Minute))).Schedule.Key;
        var dueAt = key.DueAt + Minute;
        await DieAsync(core => RescheduleAsync(core, key, dueAt), IsPutOfSchedule, after: true);
        _core.Time.Advance(Minute + 4 * Second);
        await SeeTimeAsync();

        var again = new ScheduleKey(dueAt, key.Destination);
        (await RescheduleAsync(Other, key, dueAt + Minute))
            .ShouldBe(new RescheduleResult(RescheduleOutcome.UnderWay) { Others = again });

        _core.Pending().ShouldBe([$"{again}"]);
        Claims().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_dead_claim_says_of_another_schedule_with_the_same_key_does_not_count()
    {
        var key = (await _core.PostAsync(_core.Key(10 * Minute), "first")).Schedule.Key;
        await DieAsync(core => RescheduleAsync(core, key, key.DueAt + Minute), IsPutOfSchedule, after: true);
        _core.Store.Remove(_core.Folder.Pending(key));
        await Other.PostAsync(key, "second");
        _core.Time.Advance(Minute + 4 * Second);
        await SeeTimeAsync();

        var moved = await RescheduleAsync(Other, key, key.DueAt + 2 * Minute);

        moved.Outcome.ShouldBe(RescheduleOutcome.Rescheduled);
        _core.Store.Read(_core.Folder.Pending(moved.Schedule!.Key)).ShouldBe("second");
    }

    [Fact]
    public async Task While_big_content_is_stored_its_claim_is_renewed()
    {
        var key = Fail(_core.Key(-Minute));
        var gate = new Gate();
        _core.Store.Before = r => IsPutOfSchedule(r) ? gate.WaitAsync() : Task.CompletedTask;
        var retry = RetryAsync(_core, key);
        await gate.Reached;
        for (var n = 0; n < 15; n++)
        {
            var renewed = _core.Time.NextTimerAsync(Minute);
            _core.Time.Advance(20 * Second);
            await renewed;
        }

        await SeeTimeAsync();
        (await RetryAsync(Other, key)).Outcome.ShouldBe(RetryOutcome.UnderWay);
        gate.Open();

        (await retry).Outcome.ShouldBe(RetryOutcome.Retried);
        (_core.Pending().Count, Claims().Count).ShouldBe((1, 0));
    }

    [Fact]
    public async Task Claims_of_dead_processes_are_removed_after_a_day()
    {
        var key = Fail(_core.Key(-Minute));
        await DieAsync(core => RetryAsync(core, key), IsPutOfSchedule);
        _core.Store.Remove(_core.Folder.Failed(key, "NoSuchBucket"));
        Claims().Count.ShouldBe(1);

        await RetryAllAsync(Other);
        Claims().Count.ShouldBe(1);
        _core.Time.Advance(TimeSpan.FromHours(25));
        await SeeTimeAsync();
        await RetryAllAsync(Other);

        Claims().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_claim_of_a_dead_process_stays_while_a_later_one_on_the_same_schedule_is_alive()
    {
        var key = Fail(_core.Key(-Minute));
        await DieAsync(core => RetryAsync(core, key), IsPutOfSchedule);
        _core.Time.Advance(TimeSpan.FromHours(25));
        await SeeTimeAsync();
        var gate = new Gate();
        _core.Store.Before = r => IsPutOfSchedule(r) ? gate.WaitAsync() : Task.CompletedTask;
        var holder = RetryAsync(_core, key);
        await gate.Reached;

        (await RetryAllAsync(Other)).Retried.ShouldBe(0);

        gate.Open();
        (await holder).Outcome.ShouldBe(RetryOutcome.Retried);
        (_core.Pending().Count, Claims().Count).ShouldBe((1, 0));
    }

    private async Task DieAsync(Func<Core, Task> call, Func<StoreRequest, bool> fits, bool after = false)
    {
        using var dying = _core.AnotherProcess();
        await dying.StartedAsync();
        dying.Store.Kill(fits, after);
        await Should.ThrowAsync<KilledException>(() => call(dying));
    }

    // Its responses tell the time.
    private async Task SeeTimeAsync()
    {
        for (var n = 0; n < 3; n++) await Other.Store.HeadAsync(_core.Folder.Marker, Core.Cancellation);
    }
}
