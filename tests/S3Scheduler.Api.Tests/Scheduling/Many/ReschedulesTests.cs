using S3Scheduler.Api.Scheduling.Many;
using S3Scheduler.Api.Tests.Delivery;

namespace S3Scheduler.Api.Tests.Scheduling.Many;

/// <summary>Moving many schedules in one call keeps the rule of moving one, and moves each once.</summary>
public sealed class ReschedulesTests : CoreTests
{
    private static readonly ScheduleQuery All =
        new(ScheduleStatus.Pending, null, null, null, null, Cancellations.PageSize);

    private static readonly NewTime Later = new(null, 60 * TimeSpan.FromMinutes(1));

    public override async ValueTask InitializeAsync() => await _core.StartedAsync();

    [Fact]
    public async Task What_the_filter_takes_is_delivered_at_the_new_time_and_the_rest_at_the_old_one()
    {
        await _core.PostAsync(_core.Key(Minute, "moved", "photos"));
        await _core.PostAsync(_core.Key(Minute, "kept"));

        var page = await MoveAsync(All with { Bucket = "photos" }, Later);

        (page.Count(RescheduleOutcome.Rescheduled), page.Schedules.Count, page.Next).ShouldBe((1, 1, null));
        _core.Time.Advance(2 * Minute);
        await _core.SweepAsync();
        (_core.Store.Keys("photos").Count, _core.Store.Keys("reports").Count).ShouldBe((0, 1));
        _core.Time.Advance(60 * Minute);
        await _core.SweepAsync();
        _core.Store.Keys("photos").ShouldBe(["moved"]);
    }

    [Theory]
    [InlineData(1), InlineData(3), InlineData(999)]
    public async Task A_run_of_pages_moves_each_once_although_they_move_to_where_later_pages_are(int pageSize)
    {
        var keys = Enumerable.Range(10, 20).Select(n => _core.Seed(_core.Key(n * Minute, $"{n}"))).ToList();
        _core.Time.Advance(5 * Second);

        var (rescheduled, pages) = await MoveAllAsync(All with { Limit = pageSize }, new NewTime(null, 5 * Minute));

        rescheduled.ShouldBe(20);
        pages.ShouldBeLessThanOrEqualTo(20 / pageSize + 2);
        _core.Pending().ShouldBe(keys.Select(k => $"{new ScheduleKey(k.DueAt + 5 * Minute, k.Destination)}"));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-5)]
    public async Task A_series_to_one_destination_moves_as_a_whole_though_each_goes_where_another_one_was(int minutes)
    {
        var keys = Enumerable.Range(2, 20).Select(n => _core.Seed(_core.Key(n * 5 * Minute, "same"))).ToList();

        var page = await MoveAsync(All, new NewTime(null, minutes * Minute));

        page.Count(RescheduleOutcome.Rescheduled).ShouldBe(20);
        _core.Pending()
            .ShouldBe(keys.Select(k => $"{new ScheduleKey(k.DueAt + minutes * Minute, k.Destination)}"));
    }

    [Fact]
    public async Task Two_to_one_destination_never_become_one_even_with_the_same_content()
    {
        foreach (var n in (int[])[10, 20, 30]) await _core.PostAsync(_core.Key(n * Minute, "same"));

        var page = await MoveAsync(All, new NewTime(_core.Now + 60 * Minute, default));

        (page.Count(RescheduleOutcome.Rescheduled), page.Count(RescheduleOutcome.Conflict)).ShouldBe((1, 2));
        _core.Pending().Count.ShouldBe(3);
    }

    [Fact]
    public async Task What_is_due_within_two_seconds_is_left_and_delivered_and_the_others_are_moved()
    {
        var overdue = _core.Seed(_core.Key(-Minute, "overdue"));
        var soon = _core.Seed(_core.Key(Second, "soon"));
        _core.Seed(_core.Key(Minute, "later"));

        var page = await MoveAsync(All, Later);

        page.Schedules.Where(s => s.Result.Outcome == RescheduleOutcome.AlreadyDue).Select(s => s.Key)
            .ShouldBe([overdue, soon], ignoreOrder: true);
        page.Count(RescheduleOutcome.Rescheduled).ShouldBe(1);
        _core.Time.Advance(3 * Second);
        (await _core.SweepAsync()).Delivered.ShouldBe(2);
    }

    [Fact]
    public async Task One_that_fails_does_not_keep_the_others_from_being_moved()
    {
        for (var n = 10; n < 20; n++) _core.Seed(_core.Key(n * Minute, $"{n}"));
        _core.Store.Before = Faults.When(
            r => r.Operation == StoreOperation.Get && r.Key.EndsWith("|15", StringComparison.Ordinal),
            () => Faults.Transient());

        var page = await MoveAsync(All, Later);

        (page.Count(RescheduleOutcome.Rescheduled), page.Count(RescheduleOutcome.Unknown)).ShouldBe((9, 1));
    }

    [Fact]
    public async Task If_none_of_a_page_can_be_moved_for_the_same_reason_that_is_a_fault()
    {
        for (var n = 10; n < 20; n++) _core.Seed(_core.Key(n * Minute, $"{n}"));

        await Should.ThrowAsync<InvalidScheduleException>(() =>
            MoveAsync(All, new NewTime(_core.Now - 10 * TimeSpan.FromDays(1), default)));
        await Should.ThrowAsync<InvalidScheduleException>(() =>
            MoveAsync(All, new NewTime(null, DueTime.Max - _core.Now)));
        await Should.ThrowAsync<InvalidScheduleException>(() =>
            MoveAsync(All, new NewTime(null, TimeSpan.MinValue)));
        FailAll(Is(StoreOperation.Get), () => Faults.Transient(), after: false);
        await Should.ThrowAsync<StoreException>(() => MoveAsync(All, Later));
        _core.Pending().Count.ShouldBe(10);
    }

    [Fact]
    public async Task A_run_that_breaks_off_is_gone_on_with_and_still_moves_each_once()
    {
        for (var n = 10; n < 30; n++) _core.Seed(_core.Key(n * Minute, $"{n}"));
        _core.Time.Advance(5 * Second);
        var start = ReschedulePosition.TryParse(DueTime.Write(_core.Now)).ShouldNotBeNull();
        var query = All with { StoredBefore = start.StoredBefore };
        // Its answer is lost after some were moved.
        var moved = 0;
        _core.Store.Before = Faults.When(
            r => r.Operation == StoreOperation.Get && Interlocked.Increment(ref moved) > 7,
            () => new KilledException());
        await Should.ThrowAsync<KilledException>(() => MoveAsync(query, new NewTime(null, 5 * Minute)));
        EndFaults();
        var before = _core.Pending().Count(k => string.CompareOrdinal(k, DueTime.Write(_core.Now + 29.5 * Minute)) > 0);

        await MoveAllAsync(query, new NewTime(null, 5 * Minute));

        before.ShouldBeLessThan(5);
        _core.Pending().Count.ShouldBe(20);
        _core.Pending()[0].ShouldStartWith(DueTime.Write(_core.Now - 5 * Second + 15 * Minute));
        _core.Pending()[^1].ShouldStartWith(DueTime.Write(_core.Now - 5 * Second + 34 * Minute));
    }

    [Fact]
    public async Task A_dry_run_says_what_a_run_would_do_and_writes_nothing()
    {
        for (var n = -2; n < 10; n++) _core.Seed(_core.Key(n * Minute, $"{n}"));
        var before = _core.Store.Keys(Core.Bucket);

        var page = await _core.Reschedules.RescheduleAsync(
            All with { Limit = 10 }, Later, isDryRun: true, Core.Cancellation);

        (page.Count(RescheduleOutcome.AlreadyDue), page.Count(RescheduleOutcome.Rescheduled)).ShouldBe((3, 7));
        page.Next.ShouldNotBeNull();
        _core.Store.Keys(Core.Bucket).ShouldBe(before);
    }

    [Theory]
    [InlineData("2030-01-01T00:00:00.000Z|2031-01-01T00:00:00.000Z|reports|a", true)]
    [InlineData("2030-01-01T00:00:00.000Z", true)]
    [InlineData("2030-01-01T00:00:00.000Z|2031-01-01T00:00:00.000Z|reports", false)]
    [InlineData("2031-01-01T00:00:00.000Z|reports|a", false), InlineData("x", false), InlineData("|", false)]
    public void A_position_is_read_as_it_is_written(string text, bool isOne)
    {
        var position = ReschedulePosition.TryParse(text);
        if (isOne) $"{position}".ShouldBe(text);
        else position.ShouldBeNull();
    }

    private Task<RescheduledPage> MoveAsync(ScheduleQuery query, NewTime time) =>
        _core.Reschedules.RescheduleAsync(query, time, isDryRun: false, Core.Cancellation);

    private async Task<(int Rescheduled, int Pages)> MoveAllAsync(ScheduleQuery query, NewTime time)
    {
        for (var (count, pages) = (0, 1); pages < 100; pages++)
        {
            var page = await MoveAsync(query, time);
            count += page.Count(RescheduleOutcome.Rescheduled);
            if (page.Next is not { } next) return (count, pages);
            query = query with { After = next.After, StoredBefore = next.StoredBefore };
        }

        throw new InvalidOperationException("The pages do not end.");
    }
}
