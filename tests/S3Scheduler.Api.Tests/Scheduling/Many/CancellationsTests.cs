using S3Scheduler.Api.Scheduling.Many;

namespace S3Scheduler.Api.Tests.Scheduling.Many;

/// <summary>Cancelling many schedules in one call keeps the rule of cancelling one, schedule by schedule.</summary>
public sealed class CancellationsTests : MarkedTests
{
    private static readonly ScheduleQuery AllPending = Pending with { Limit = Cancellations.PageSize };
    private static readonly ScheduleQuery AllFailed = Failed with { Limit = Cancellations.PageSize };

    [Fact]
    public async Task What_the_filter_takes_is_cancelled_and_never_delivered_and_the_rest_is_delivered()
    {
        for (var n = 1; n <= 20; n++)
            await _core.PostAsync(_core.Key(n * Minute, $"{n}", n % 2 == 0 ? "photos" : "reports"));

        var page = await CancelAsync(AllPending with { Bucket = "photos", To = _core.Now + 15 * Minute });

        (page.Count(CancelOutcome.Cancelled), page.Schedules.Count, page.Next).ShouldBe((7, 7, null));
        _core.Time.Advance(30 * Minute);
        await _core.SweepAsync();
        _core.Store.Keys("photos").Count.ShouldBe(3);
        _core.Store.Keys("reports").Count.ShouldBe(10);
    }

    [Fact]
    public async Task A_page_takes_one_list_and_one_delete()
    {
        for (var n = 1; n <= 2_500; n++) _core.Seed(_core.Key(n * Minute, $"{n}"));
        _core.Store.ForgetRequests();

        (await CancelAllAsync(AllPending)).ShouldBe([999, 999, 502]);

        (_core.Count(StoreOperation.List), _core.Count(StoreOperation.Delete)).ShouldBe((3, 3));
        _core.Store.Requests.Count.ShouldBe(6);
        _core.Pending().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1_999, false)]
    [InlineData(2_000, true)]
    public async Task What_is_due_within_two_seconds_is_left_and_said(int milliseconds, bool inTime)
    {
        // The upper bound of the server's time is the Date of the response plus one second.
        var second = new DateTimeOffset(2026, 11, 21, 19, 4, 31, TimeSpan.Zero);
        var late = _core.Seed(new ScheduleKey(second.AddMilliseconds(milliseconds), new Destination("reports", "a")));
        var later = _core.Seed(_core.Key(Minute));
        var overdue = _core.Seed(_core.Key(-Minute));

        var page = await CancelAsync(AllPending);

        page.Schedules.Select(s => (s.Schedule.Key, s.Outcome)).ShouldBe([
            (overdue, CancelOutcome.AlreadyDue),
            (late, inTime ? CancelOutcome.Cancelled : CancelOutcome.AlreadyDue), (later, CancelOutcome.Cancelled)]);
        _core.Pending().Count.ShouldBe(inTime ? 1 : 2);
    }

    [Fact]
    public async Task What_expires_between_the_list_and_the_delete_is_not_deleted()
    {
        var soon = _core.Seed(_core.Key(5 * Second));
        var later = _core.Seed(_core.Key(10 * Minute));
        _core.Store.After = AtFirst(Is(StoreOperation.List), () => _core.Time.Advance(4 * Second));

        var page = await CancelAsync(AllPending);

        page.Schedules.Select(s => (s.Schedule.Key, s.Outcome))
            .ShouldBe([(soon, CancelOutcome.AlreadyDue), (later, CancelOutcome.Cancelled)]);
        _core.Pending().ShouldBe([$"{soon}"]);
    }

    [Fact]
    public async Task After_a_late_response_each_is_judged_by_its_own_due_time()
    {
        var soon = _core.Seed(_core.Key(10 * Second));
        var later = _core.Seed(_core.Key(Minute));
        _core.Store.After = AtFirst(Is(StoreOperation.Delete), () => _core.Time.Advance(20 * Second));

        var page = await CancelAsync(AllPending);

        page.Schedules.Select(s => (s.Schedule.Key, s.Outcome))
            .ShouldBe([(soon, CancelOutcome.Unknown), (later, CancelOutcome.Cancelled)]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_lost_response_the_outcome_of_the_whole_page_is_unknown_and_the_next_page_goes_on(
        bool takesPlace)
    {
        for (var n = 1; n <= 5; n++) _core.Seed(_core.Key(n * Minute, $"{n}"));
        FailAll(Is(StoreOperation.Delete), () => Faults.Transient(), after: takesPlace);

        var page = await CancelAsync(AllPending with { Limit = 3 });

        (page.Count(CancelOutcome.Unknown), page.Schedules.Count).ShouldBe((3, 3));
        EndFaults();
        var next = await CancelAsync(AllPending with { Limit = 3, After = page.Next });
        (next.Count(CancelOutcome.Cancelled), next.Next).ShouldBe((2, null));
        _core.Pending().Count.ShouldBe(takesPlace ? 0 : 3);
    }

    [Theory]
    [InlineData("AccessDenied")]
    [InlineData("InternalError")]
    public async Task What_the_store_does_not_delete_is_unresolved_and_the_others_are_cancelled(string code)
    {
        var refused = _core.Seed(_core.Key(Minute, "a"));
        var others = (ScheduleKey[])[_core.Seed(_core.Key(Minute, "b")), _core.Seed(_core.Key(Minute, "c"))];
        _core.Store.RefusesDelete = key => key.EndsWith("|a", StringComparison.Ordinal) ? code : null;

        var page = await CancelAsync(AllPending);

        page.Schedules.Select(s => (s.Schedule.Key, s.Outcome)).ShouldBe([
            (refused, CancelOutcome.Unknown), .. others.Select(key => (key, CancelOutcome.Cancelled))]);
        _core.Pending().ShouldBe([$"{refused}"]);
    }

    [Fact]
    public async Task If_the_store_refuses_every_delete_for_good_that_is_a_fault()
    {
        for (var n = 1; n <= 3; n++) _core.Seed(_core.Key(n * Minute));
        _core.Store.RefusesDelete = _ => "AccessDenied";

        (await Should.ThrowAsync<StoreException>(() => CancelAsync(AllPending))).Code.ShouldBe("AccessDenied");
    }

    [Fact]
    public async Task A_dry_run_says_what_a_run_would_do_and_writes_nothing()
    {
        for (var n = -2; n <= 10; n++) _core.Seed(_core.Key(n * Minute, $"{n}"));
        Fail(_core.Key(-20 * Minute, "moved"));
        await MarkAsync(_core.Key(-10 * Minute, "marked"));
        foreach (var query in (ScheduleQuery[])[AllPending, AllFailed, AllPending with { Limit = 4 }])
        {
            var before = _core.Store.Keys(Core.Bucket);
            var dry = await _core.Cancellations.CancelAsync(query, isDryRun: true, Core.Cancellation);
            _core.Store.Keys(Core.Bucket).ShouldBe(before);

            dry.Schedules.Count(s => s.Outcome == CancelOutcome.AlreadyDue)
                .ShouldBe(query.Status == ScheduleStatus.Failed ? 0 : 3);
            (dry.Next is null).ShouldBe(query.Limit != 4);
        }

        (await CancelAsync(AllFailed)).Count(CancelOutcome.FailedDeleted).ShouldBe(2);
        (await CancelAsync(AllPending)).Count(CancelOutcome.Cancelled).ShouldBe(10);
    }

    [Fact]
    public async Task Failed_schedules_are_deleted_moved_and_marked_ones_by_bucket_and_code()
    {
        for (var n = 1; n <= 10; n++) Fail(_core.Key(-n * Minute, $"{n}", "photos"), n % 2 == 0 ? "A" : "B");
        await MarkAsync(_core.Key(-20 * Minute, "marked"));
        await MarkAsync(_core.Key(-21 * Minute, "marked", "photos"));
        _core.Store.ForgetRequests();

        (await CancelAsync(AllFailed with { Bucket = "photos", Code = "A" })).Schedules.Count.ShouldBe(5);
        (await CancelAsync(AllFailed with { Bucket = "photos" })).Count(CancelOutcome.FailedDeleted).ShouldBe(6);
        (await CancelAsync(AllFailed with { Code = "NoSuchBucket" })).Count(CancelOutcome.FailedDeleted).ShouldBe(1);

        (await CancelAsync(AllFailed)).Schedules.ShouldBeEmpty();
        _core.Pending().ShouldBeEmpty(); // the content of the marked ones is gone, too
        (await _core.SweepAsync()).Delivered.ShouldBe(0);
    }

    [Fact]
    public async Task A_page_of_failed_schedules_takes_one_request_for_each_and_few_more()
    {
        for (var n = 1; n <= 500; n++) Fail(_core.Key(-n * Minute, $"{n}"));
        _core.Store.ForgetRequests();

        (await CancelAsync(AllFailed)).Count(CancelOutcome.FailedDeleted).ShouldBe(500);

        _core.Store.Requests.Count(r => r.Operation != StoreOperation.Get).ShouldBeLessThanOrEqualTo(500 + 3);
    }

    [Fact]
    public async Task A_failed_schedule_that_is_pending_too_is_left_because_a_sweep_may_still_deliver_it()
    {
        var both = Fail(_core.Key(-Minute, "both"));
        _core.Seed(both, id: "x");
        var failed = Fail(_core.Key(-Second, "failed"));

        var page = await CancelAsync(AllFailed);

        page.Schedules.Select(s => (s.Schedule.Key, s.Outcome))
            .ShouldBe([(both, CancelOutcome.AlreadyDue), (failed, CancelOutcome.FailedDeleted)]);
        FailedKeys().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_failed_schedule_that_the_store_does_not_delete_is_unresolved_and_the_others_are_deleted()
    {
        var marked = await MarkAsync(_core.Key(-2 * Minute, "a"));
        var moved = Fail(_core.Key(-Minute, "a"));
        var other = Fail(_core.Key(-Minute, "b"));
        _core.Store.RefusesDelete = key => key.Contains("|a", StringComparison.Ordinal) ? "AccessDenied" : null;

        var page = await CancelAsync(AllFailed);

        page.Schedules.Select(s => (s.Schedule.Key, s.Outcome)).ShouldBe([
            (marked, CancelOutcome.Unknown), (moved, CancelOutcome.Unknown), (other, CancelOutcome.FailedDeleted)]);
        // The content of the first is there, so its mark is, too: else a sweep would deliver it.
        (await _core.SweepAsync()).Delivered.ShouldBe(0);
    }

    [Fact]
    public async Task Those_to_other_destinations_than_the_callers_own_are_left()
    {
        var others = _core.Seed(_core.Key(Minute, "a", "secret"));
        _core.Seed(_core.Key(Minute, "a", "own"));
        var own = AllPending with { Within = new AllowedDestinations(["own"]) };

        (await CancelAsync(own)).Count(CancelOutcome.Cancelled).ShouldBe(1);

        _core.Pending().ShouldBe([$"{others}"]);
    }

    [Fact]
    public async Task A_schedule_with_the_old_form_of_its_key_is_cancelled()
    {
        var key = new ScheduleKey(_core.Now + Minute, new Destination("reports", "a?b")).OtherForm.ShouldNotBeNull();
        _core.Seed(key);

        (await CancelAsync(AllPending)).Count(CancelOutcome.Cancelled).ShouldBe(1);

        _core.Pending().ShouldBeEmpty();
    }

    private Task<CancelledPage> CancelAsync(ScheduleQuery query) =>
        _core.Cancellations.CancelAsync(query, isDryRun: false, Core.Cancellation);

    private async Task<List<int>> CancelAllAsync(ScheduleQuery query)
    {
        var counts = new List<int>();
        for (ScheduleKey? after = null; ;)
        {
            var page = await CancelAsync(query with { After = after });
            counts.Add(page.Count(CancelOutcome.Cancelled));
            if (page.Next is null) return counts;
            after = page.Next;
        }
    }

    private ScheduleKey Fail(ScheduleKey key, string code = "NoSuchBucket")
    {
        _core.Store.Seed(_core.Folder.Failed(key, code), "content", Core.WithId($"{key}"));
        return key;
    }
}
