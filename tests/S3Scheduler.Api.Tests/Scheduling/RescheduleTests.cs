using S3Scheduler.Api.Tests.Delivery;

namespace S3Scheduler.Api.Tests.Scheduling;

public sealed class RescheduleTests : CoreTests
{
    private static readonly ObjectAttributes Attributes = new()
    {
        ContentType = "application/json",
        CacheControl = "no-store",
        ContentEncoding = "gzip",
        Metadata = new Dictionary<string, string> { ["origin"] = "test" },
    };

    [Theory]
    [InlineData(600)]
    [InlineData(10)]
    public async Task A_rescheduled_schedule_has_a_new_key_and_id_and_keeps_all_else(int seconds)
    {
        var old = (await _core.PostAsync(_core.Key(Minute), "content", Attributes)).Schedule.Key;
        var oldId = Id(old);
        var key = _core.Key(seconds * Second);

        var (outcome, schedule) = await RescheduleAsync(old, key.DueAt);

        outcome.ShouldBe(RescheduleOutcome.Rescheduled);
        schedule.ShouldNotBeNull().Key.ShouldBe(key);
        _core.Pending().ShouldBe([key.ToString()]);
        _core.Store.Read(_core.Folder.Pending(key)).ShouldBe("content");
        OwnMetadata.RemoveFrom(_core.Store.Attributes(_core.Folder.Pending(key))!).IsSameAs(Attributes).ShouldBeTrue();
        Id(key).Length.ShouldBe(32);
        Id(key).ShouldNotBe(oldId);
    }

    [Fact]
    public async Task Rescheduling_keeps_long_content()
    {
        var content = string.Concat(Enumerable.Range(0, 20_000).Select(n => $"{n:D6}"));
        var old = (await _core.PostAsync(_core.Key(Minute), content)).Schedule.Key;
        var key = _core.Key(2 * Minute);

        (await RescheduleAsync(old, key.DueAt)).Outcome.ShouldBe(RescheduleOutcome.Rescheduled);

        _core.Store.Read(_core.Folder.Pending(key)).ShouldBe(content);
    }

    [Fact]
    public async Task A_rescheduled_schedule_is_delivered_at_the_new_time_only()
    {
        var old = (await _core.PostAsync(_core.Key(Minute))).Schedule.Key;
        await RescheduleAsync(old, _core.Now + 2 * Minute);

        _core.Time.Advance(Minute + 2 * Second);
        (await _core.SweepAsync()).Delivered.ShouldBe(0);
        _core.Time.Advance(Minute);
        (await _core.SweepAsync()).Delivered.ShouldBe(1);
    }

    [Fact]
    public async Task Rescheduling_to_the_same_time_changes_nothing()
    {
        var key = (await _core.PostAsync(_core.Key(Minute))).Schedule.Key;
        var id = Id(key);
        _core.Store.ForgetRequests();

        foreach (var same in new[] { key.DueAt, key.DueAt.ToOffset(TimeSpan.FromHours(-7)), key.DueAt.AddTicks(-1) })
        {
            var (outcome, schedule) = await RescheduleAsync(key, same);
            (outcome, schedule!.Key).ShouldBe((RescheduleOutcome.Rescheduled, key));
        }

        _core.Store.Requests.ShouldAllBe(r => r.Operation == StoreOperation.Get);
        Id(key).ShouldBe(id);
    }

    [Fact]
    public async Task A_missing_schedule_is_not_found()
    {
        (await RescheduleAsync(_core.Key(Minute), _core.Now + 2 * Minute))
            .ShouldBe(new RescheduleResult(RescheduleOutcome.NotFound));
        (await RescheduleAsync(_core.Key(Minute, new string('~', 1000)), _core.Now))
            .Outcome.ShouldBe(RescheduleOutcome.NotFound);
        _core.Pending().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(-60_000, false)]
    [InlineData(1_999, false)]
    [InlineData(2_000, true)]
    public async Task Rescheduling_within_two_seconds_of_the_due_time_changes_nothing(int milliseconds, bool inTime)
    {
        await _core.StartedAsync();
        var key = _core.Seed(new ScheduleKey(
            new DateTimeOffset(2026, 11, 21, 19, 4, 31, TimeSpan.Zero).AddMilliseconds(milliseconds),
            new Destination("reports", "a")));

        (await RescheduleAsync(key, _core.Now + Minute)).Outcome
            .ShouldBe(inTime ? RescheduleOutcome.Rescheduled : RescheduleOutcome.AlreadyDue);

        if (inTime) return;
        _core.Pending().ShouldBe([key.ToString()]);
        (_core.Count(StoreOperation.Put), _core.Count(StoreOperation.Delete)).ShouldBe((0, 0));
    }

    [Fact]
    public async Task A_schedule_that_comes_due_while_its_content_is_read_is_not_changed()
    {
        var key = (await _core.PostAsync(_core.Key(Minute))).Schedule.Key;
        _core.Store.Reading = () => _core.Time.Advance(30 * Second);

        (await RescheduleAsync(key, _core.Now + 10 * Minute))
            .ShouldBe(new RescheduleResult(RescheduleOutcome.AlreadyDue));
        _core.Pending().ShouldBe([key.ToString()]);
    }

    [Fact]
    public async Task A_new_key_of_another_schedule_is_a_conflict_and_nothing_changes()
    {
        var old = (await _core.PostAsync(_core.Key(Minute), "mine")).Schedule.Key;
        var taken = (await _core.PostAsync(_core.Key(2 * Minute), "other")).Schedule.Key;

        var (outcome, schedule) = await RescheduleAsync(old, taken.DueAt);

        (outcome, schedule!.Key).ShouldBe((RescheduleOutcome.Conflict, taken));
        _core.Store.Read(_core.Folder.Pending(old)).ShouldBe("mine");
        _core.Store.Read(_core.Folder.Pending(taken)).ShouldBe("other");
    }

    [Fact]
    public async Task A_new_key_with_the_same_content_is_the_same_schedule()
    {
        var old = (await _core.PostAsync(_core.Key(Minute), "same")).Schedule.Key;
        var taken = (await _core.PostAsync(_core.Key(2 * Minute), "same")).Schedule.Key;

        var (outcome, schedule) = await RescheduleAsync(old, taken.DueAt);

        (outcome, schedule!.Key).ShouldBe((RescheduleOutcome.Rescheduled, taken));
        _core.Pending().ShouldBe([taken.ToString()]);
    }

    [Fact]
    public async Task Rescheduling_to_a_past_time_means_now()
    {
        var old = (await _core.PostAsync(_core.Key(10 * Minute))).Schedule.Key;

        var (outcome, schedule) = await RescheduleAsync(old, _core.Now - Minute);

        outcome.ShouldBe(RescheduleOutcome.Rescheduled);
        schedule!.Key.DueAt.ShouldBe(_core.Store.Clock.Latest);
        _core.Time.Advance(2 * Second);
        (await _core.SweepAsync()).Delivered.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_old_schedule_stays_if_the_new_one_is_not_acknowledged(bool takesPlace)
    {
        var old = (await _core.PostAsync(_core.Key(Minute))).Schedule.Key;
        var key = _core.Key(2 * Minute);
        FailAll(Is(StoreOperation.Put), () => Faults.Transient(), after: takesPlace);

        (await Should.ThrowAsync<StoreException>(() => RescheduleAsync(old, key.DueAt))).IsTransient.ShouldBeTrue();

        _core.Pending().ShouldBe(takesPlace ? [$"{old}", $"{key}"] : [$"{old}"]);
        EndFaults();
        // A repeated request succeeds.
        (await RescheduleAsync(old, key.DueAt)).Outcome.ShouldBe(RescheduleOutcome.Rescheduled);
        _core.Pending().ShouldBe([$"{key}"]);
    }

    [Theory]
    [InlineData("lost before", 2)]
    [InlineData("lost after", 1)]
    [InlineData("late", 1)]
    [InlineData("refused for now", 2)]
    public async Task The_outcome_is_unknown_if_the_old_schedule_may_not_be_deleted_in_time(string how, int pending)
    {
        var old = (await _core.PostAsync(_core.Key(Minute))).Schedule.Key;
        var key = _core.Key(2 * Minute);
        var lose = Faults.When(Is(StoreOperation.Delete), () => Faults.Transient());
        if (how == "lost before") _core.Store.Before = lose;
        if (how == "lost after") _core.Store.After = lose;
        if (how == "refused for now") _core.Store.RefusesDelete = _ => "InternalError";
        if (how == "late")
        {
            _core.Store.After = AtFirst(Is(StoreOperation.Delete), () => _core.Time.Advance(59 * Second));
        }

        var (outcome, schedule) = await RescheduleAsync(old, key.DueAt);

        (outcome, schedule!.Key).ShouldBe((RescheduleOutcome.Unknown, key));
        _core.Pending().Count.ShouldBe(pending);
        _core.Pending().ShouldContain(key.ToString());
    }

    private Task<RescheduleResult> RescheduleAsync(ScheduleKey key, DateTimeOffset dueAt) =>
        _core.Scheduler.RescheduleAsync(key, dueAt, Core.Cancellation);

    private string Id(ScheduleKey key) =>
        _core.Store.Attributes(_core.Folder.Pending(key))!.Metadata[ScheduleId.MetadataName];
}
