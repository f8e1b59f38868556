namespace S3Scheduler.Api.Tests.Scheduling;

public sealed class RescheduleTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly ObjectAttributes Attributes = new()
    {
        ContentType = "application/json",
        CacheControl = "no-store",
        ContentEncoding = "gzip",
        Metadata = new Dictionary<string, string> { ["origin"] = "test" },
    };

    private readonly Core _core = new();

    public void Dispose() => _core.Dispose();

    [Theory]
    [InlineData(600)]
    [InlineData(10)]
    public async Task It_gets_a_new_key_and_a_fresh_id_with_all_that_it_was_and_the_old_one_is_gone(int seconds)
    {
        var old = (await _core.PostAsync(_core.Key(Minute), "content", Attributes)).Schedule.Key;
        var oldId = Id(old);
        var key = _core.Key(seconds * Second);

        var (outcome, schedule) = await RescheduleAsync(old, key.DueAt);

        outcome.ShouldBe(RescheduleOutcome.Rescheduled);
        schedule.ShouldNotBeNull().Key.ShouldBe(key);
        _core.Pending().ShouldBe([key.ToString()]);
        _core.Store.Read(_core.Folder.Pending(key)).ShouldBe("content");
        ScheduleId.RemoveFrom(_core.Store.Attributes(_core.Folder.Pending(key))!).IsSameAs(Attributes).ShouldBeTrue();
        Id(key).Length.ShouldBe(32);
        Id(key).ShouldNotBe(oldId);
    }

    [Fact]
    public async Task A_big_content_stays_as_it_is()
    {
        var content = string.Concat(Enumerable.Range(0, 20_000).Select(n => $"{n:D6}"));
        var old = (await _core.PostAsync(_core.Key(Minute), content)).Schedule.Key;
        var key = _core.Key(2 * Minute);

        (await RescheduleAsync(old, key.DueAt)).Outcome.ShouldBe(RescheduleOutcome.Rescheduled);

        _core.Store.Read(_core.Folder.Pending(key)).ShouldBe(content);
    }

    [Fact]
    public async Task It_is_delivered_at_the_new_time_and_not_at_the_old_one()
    {
        var old = (await _core.PostAsync(_core.Key(Minute))).Schedule.Key;
        await RescheduleAsync(old, _core.Now + 2 * Minute);

        _core.Time.Advance(Minute + 2 * Second);
        (await _core.SweepAsync()).Delivered.ShouldBe(0);
        _core.Time.Advance(Minute);
        (await _core.SweepAsync()).Delivered.ShouldBe(1);
    }

    [Fact]
    public async Task To_the_same_time_nothing_changes()
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
    public async Task What_is_not_there_is_not_found()
    {
        (await RescheduleAsync(_core.Key(Minute), _core.Now + 2 * Minute)).ShouldBe(new RescheduleResult(RescheduleOutcome.NotFound));
        (await RescheduleAsync(_core.Key(Minute, new string('~', 1000)), _core.Now)).Outcome.ShouldBe(RescheduleOutcome.NotFound);
        _core.Pending().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(-60_000, false)]
    [InlineData(1_999, false)]
    [InlineData(2_000, true)]
    public async Task Within_two_seconds_of_its_due_time_it_is_too_late_and_nothing_changes(int milliseconds, bool inTime)
    {
        await _core.StartedAsync();
        var key = _core.Seed(new ScheduleKey(
            new DateTimeOffset(2026, 11, 21, 19, 4, 31, TimeSpan.Zero).AddMilliseconds(milliseconds), new Destination("reports", "a")));

        (await RescheduleAsync(key, _core.Now + Minute)).Outcome.ShouldBe(inTime ? RescheduleOutcome.Rescheduled : RescheduleOutcome.AlreadyDue);

        if (inTime) return;
        _core.Pending().ShouldBe([key.ToString()]);
        (_core.Count(StoreOperation.Put), _core.Count(StoreOperation.Delete)).ShouldBe((0, 0));
    }

    [Fact]
    public async Task One_that_becomes_too_late_while_its_content_is_read_is_not_changed()
    {
        var key = (await _core.PostAsync(_core.Key(Minute))).Schedule.Key;
        _core.Store.Reading = () => _core.Time.Advance(30 * Second);

        (await RescheduleAsync(key, _core.Now + 10 * Minute)).ShouldBe(new RescheduleResult(RescheduleOutcome.AlreadyDue));
        _core.Pending().ShouldBe([key.ToString()]);
    }

    [Fact]
    public async Task A_new_key_that_is_another_schedules_is_a_conflict_and_nothing_changes()
    {
        var old = (await _core.PostAsync(_core.Key(Minute), "mine")).Schedule.Key;
        var taken = (await _core.PostAsync(_core.Key(2 * Minute), "other")).Schedule.Key;

        var (outcome, schedule) = await RescheduleAsync(old, taken.DueAt);

        (outcome, schedule!.Key).ShouldBe((RescheduleOutcome.Conflict, taken));
        (_core.Store.Read(_core.Folder.Pending(old)), _core.Store.Read(_core.Folder.Pending(taken))).ShouldBe(("mine", "other"));
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
    public async Task A_time_that_is_over_is_the_present()
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
    public async Task Where_the_new_one_is_not_acknowledged_the_old_one_stays(bool takesPlace)
    {
        var old = (await _core.PostAsync(_core.Key(Minute))).Schedule.Key;
        var key = _core.Key(2 * Minute);
        var lose = Faults.When(r => r.Operation == StoreOperation.Put, () => Faults.Transient());
        if (takesPlace) _core.Store.After = lose;
        else _core.Store.Before = lose;

        (await Should.ThrowAsync<StoreException>(() => RescheduleAsync(old, key.DueAt))).IsTransient.ShouldBeTrue();

        _core.Pending().ShouldBe(takesPlace ? [$"{old}", $"{key}"] : [$"{old}"]);
        (_core.Store.Before, _core.Store.After) = (null, null);
        (await RescheduleAsync(old, key.DueAt)).Outcome.ShouldBe(RescheduleOutcome.Rescheduled); // so it can be sent again
        _core.Pending().ShouldBe([$"{key}"]);
    }

    [Theory]
    [InlineData("lost before", 2)]
    [InlineData("lost after", 1)]
    [InlineData("late", 1)]
    [InlineData("refused for now", 2)]
    public async Task Where_the_old_one_is_not_known_to_be_gone_in_time_the_outcome_is_unknown_and_the_new_one_stays(string how, int pending)
    {
        var old = (await _core.PostAsync(_core.Key(Minute))).Schedule.Key;
        var key = _core.Key(2 * Minute);
        var lose = Faults.When(r => r.Operation == StoreOperation.Delete, () => Faults.Transient());
        if (how == "lost before") _core.Store.Before = lose;
        if (how == "lost after") _core.Store.After = lose;
        if (how == "refused for now") _core.Store.RefusesDelete = _ => "InternalError";
        if (how == "late")
        {
            _core.Store.After = Faults.Once(r => r.Operation == StoreOperation.Delete, () =>
            {
                _core.Time.Advance(59 * Second);
                return Task.CompletedTask;
            });
        }

        var (outcome, schedule) = await RescheduleAsync(old, key.DueAt);

        (outcome, schedule!.Key).ShouldBe((RescheduleOutcome.Unknown, key));
        _core.Pending().Count.ShouldBe(pending);
        _core.Pending().ShouldContain(key.ToString());
    }

    private Task<RescheduleResult> RescheduleAsync(ScheduleKey key, DateTimeOffset dueAt) =>
        _core.Scheduler.RescheduleAsync(key, dueAt, Core.Cancellation);

    private string Id(ScheduleKey key) => _core.Store.Attributes(_core.Folder.Pending(key))!.Metadata[ScheduleId.MetadataName];
}
