using S3Scheduler.Api.Tests.Delivery;

namespace S3Scheduler.Api.Tests.Scheduling;

public sealed class CancelTests : CoreTests
{
    [Fact]
    public async Task A_cancelled_schedule_is_gone_and_never_delivered()
    {
        var key = (await _core.PostAsync(_core.Key(Minute))).Schedule.Key;

        (await CancelAsync(key)).ShouldBe(CancelOutcome.Cancelled);
        (await CancelAsync(key)).ShouldBe(CancelOutcome.NotFound);

        _core.Time.Advance(2 * Minute);
        await _core.SweepAsync();
        _core.Delivered(key).ShouldBeNull();
    }

    [Fact]
    public async Task A_missing_schedule_is_not_found_before_and_after_its_due_time()
    {
        (await CancelAsync(_core.Key(Minute))).ShouldBe(CancelOutcome.NotFound);
        (await CancelAsync(_core.Key(-Minute))).ShouldBe(CancelOutcome.NotFound);
    }

    [Theory]
    [InlineData(-60_000, false)]
    [InlineData(0, false)]
    [InlineData(1_999, false)]
    [InlineData(2_000, true)]
    [InlineData(60_000, true)]
    public async Task Cancelling_within_two_seconds_of_the_due_time_deletes_nothing(int milliseconds, bool inTime)
    {
        await _core.StartedAsync();
        // The upper bound of the server's time is the Date of the response to the HEAD plus one second.
        var key = _core.Seed(new ScheduleKey(
            new DateTimeOffset(2026, 11, 21, 19, 4, 31, TimeSpan.Zero).AddMilliseconds(milliseconds),
            new Destination("reports", "a")));

        (await CancelAsync(key)).ShouldBe(inTime ? CancelOutcome.Cancelled : CancelOutcome.AlreadyDue);

        _core.Count(StoreOperation.Delete).ShouldBe(inTime ? 1 : 0);
        _core.Pending().Count.ShouldBe(inTime ? 0 : 1);
    }

    [Theory]
    [InlineData(0, CancelOutcome.Cancelled)]
    [InlineData(7, CancelOutcome.Cancelled)]
    [InlineData(9, CancelOutcome.Unknown)]
    [InlineData(60, CancelOutcome.Unknown)]
    public async Task After_a_late_response_the_outcome_is_unknown(int seconds, CancelOutcome outcome)
    {
        var key = (await _core.PostAsync(_core.Key(10 * Second))).Schedule.Key;
        _core.Store.After = AtFirst(Is(StoreOperation.Delete), () => _core.Time.Advance(seconds * Second));

        (await CancelAsync(key)).ShouldBe(outcome);
    }

    [Fact]
    public async Task If_the_machine_sleeps_during_the_request_the_outcome_is_unknown()
    {
        var key = (await _core.PostAsync(_core.Key(Minute))).Schedule.Key;
        _core.Store.Before = AtFirst(Is(StoreOperation.Delete), () => _core.Time.Sleep(59 * Second));

        (await CancelAsync(key)).ShouldBe(CancelOutcome.Unknown);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_lost_response_the_outcome_is_unknown(bool takesPlace)
    {
        var key = (await _core.PostAsync(_core.Key(Minute))).Schedule.Key;
        FailAll(Is(StoreOperation.Delete), () => Faults.Transient(), after: takesPlace);

        (await CancelAsync(key)).ShouldBe(CancelOutcome.Unknown);
        _core.Pending().Count.ShouldBe(takesPlace ? 0 : 1);
    }

    [Fact]
    public async Task A_refused_deletion_is_a_store_fault()
    {
        var key = (await _core.PostAsync(_core.Key(Minute))).Schedule.Key;
        _core.Store.RefusesDelete = _ => "AccessDenied";

        (await Should.ThrowAsync<StoreException>(() => CancelAsync(key))).Code.ShouldBe("AccessDenied");
        _core.Pending().Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("InternalError")]
    [InlineData("SlowDown")]
    [InlineData("ServiceUnavailable")]
    public async Task After_a_server_error_in_the_deletion_the_outcome_is_unknown(string code)
    {
        var key = (await _core.PostAsync(_core.Key(Minute))).Schedule.Key;
        _core.Store.RefusesDelete = _ => code;

        (await CancelAsync(key)).ShouldBe(CancelOutcome.Unknown);
    }

    [Fact]
    public async Task A_cancelled_schedule_is_never_delivered_with_any_clocks_and_delays()
    {
        var random = new Random(20261121);
        var outcomes = new HashSet<CancelOutcome>();
        for (var round = 0; round < 500; round++)
        {
            using var core = new Core(skew: TimeSpan.FromSeconds(random.Next(-86_400, 86_400)));
            using var other = new Core(store: core.Store, time: core.Time);
            var key = (await core.PostAsync(core.Key(TimeSpan.FromMilliseconds(random.Next(500, 6_000))))).Schedule.Key;
            async Task Delay(StoreRequest request)
            {
                if (request.Operation is not (StoreOperation.Head or StoreOperation.Delete)) return;
                core.Time.Advance(TimeSpan.FromMilliseconds(random.Next(0, 2_000)));
                if (random.Next(4) == 0) core.Time.SetWall(ManualTime.Start.AddSeconds(random.Next(-100, 100)));
                await other.SweepAsync(); // another process may sweep at any time
            }

            core.Store.Before = core.Store.After = Delay;
            var outcome = await core.Scheduler.CancelAsync(key, Core.Cancellation);
            (core.Store.Before, core.Store.After) = (null, null);
            var deliveredSoFar = core.Delivered(key) is not null;
            core.Time.Advance(Minute);
            await core.SweepAsync();

            outcomes.Add(outcome);
            if (outcome == CancelOutcome.Cancelled) core.Delivered(key).ShouldBeNull($"round {round}");
            if (outcome == CancelOutcome.AlreadyDue) core.Delivered(key).ShouldBe("content", $"round {round}");
            if (outcome == CancelOutcome.NotFound) deliveredSoFar.ShouldBeTrue($"round {round}");
        }

        outcomes.Count.ShouldBe(4); // every outcome occurred
    }

    private Task<CancelOutcome> CancelAsync(ScheduleKey key) => _core.Scheduler.CancelAsync(key, Core.Cancellation);
}
