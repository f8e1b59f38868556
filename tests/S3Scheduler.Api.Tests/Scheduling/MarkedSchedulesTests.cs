namespace S3Scheduler.Api.Tests.Scheduling;

/// <summary>Reading, retrying and deleting failed schedules whose content could not be moved.</summary>
public sealed class MarkedSchedulesTests : MarkedTests
{
    private const string Archived = "InvalidObjectState";

    private readonly HashSet<string> _archived = [];

    [Fact]
    public async Task A_marked_schedule_is_read_as_failed_with_its_own_attributes_and_content()
    {
        var attributes = Core.Text with { Metadata = new Dictionary<string, string> { ["origin"] = "test" } };
        var key = (await _core.PostAsync(_core.Key(5 * Second), "content", attributes)).Schedule.Key;
        FailAll(Is(StoreOperation.Copy), () => Faults.Permanent(Archived), after: false);
        _core.Time.Advance(Minute);
        await _core.SweepAsync();

        var schedule = (await _core.Scheduler.GetAsync(key, Core.Cancellation)).ShouldNotBeNull();

        (schedule.Key, schedule.Size, schedule.CreatedAt).ShouldBe((key, 7, null));
        schedule.Failure.ShouldBe(new Failure(Archived, new DateTimeOffset(2026, 11, 21, 19, 5, 30, TimeSpan.Zero)));
        schedule.Attributes.ShouldNotBeNull().IsSameAs(attributes).ShouldBeTrue();
        (await ContentAsync(key)).ShouldBe("content");
        var listed = (await ListAsync(Failed)).Schedules.ShouldHaveSingleItem();
        (listed.Key, listed.Size, listed.Attributes, listed.Failure).ShouldBe((key, 7, null, schedule.Failure));
        (await ListAsync(Pending)).Schedules.ShouldBeEmpty();
    }

    [Fact]
    public async Task Content_that_the_store_refuses_is_a_store_fault_and_changes_nothing()
    {
        var key = Archive(await MarkAsync(_core.Key(-Minute)));

        (await Should.ThrowAsync<StoreException>(() => ContentAsync(key))).Code.ShouldBe(Archived);
        (await RetryAsync(key)).ShouldBe(RetryOutcome.Archived);
        var failed = ScheduleQuery.OfFailed(null, null);
        (await _core.Retries.RetryAllAsync(failed, Core.Cancellation)).ShouldBe(new RetriedPage(0, null));
        (await RescheduleAsync(key)).ShouldBe(RescheduleOutcome.NotFound);
        (await _core.Scheduler.GetAsync(key, Core.Cancellation))!.Failure!.Code.ShouldBe("NoSuchBucket");
        (_core.Pending().Count, FailedKeys().Count).ShouldBe((1, 1));

        _archived.Clear(); // it was restored
        (await RetryAsync(key)).ShouldBe(RetryOutcome.Retried);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_retry_stores_the_content_under_a_new_key_and_removes_the_marked_one(bool all)
    {
        var key = await MarkAsync(_core.Key(-Minute), "content", "x");

        var failed = ScheduleQuery.OfFailed("reports", null);
        if (all) (await _core.Retries.RetryAllAsync(failed, Core.Cancellation)).Retried.ShouldBe(1);
        else (await RetryAsync(key)).ShouldBe(RetryOutcome.Retried);

        FailedKeys().ShouldBeEmpty();
        var again = _core.Pending().ShouldHaveSingleItem();
        again.ShouldNotBe(key.ToString());
        var attributes = _core.Store.Attributes(new ObjectAddress(Core.Bucket, _core.Folder.Prefix + again));
        attributes!.Metadata[ScheduleId.MetadataName].ShouldNotBe("x");
        _core.Time.Advance(2 * Second);
        (await _core.SweepAsync()).Delivered.ShouldBe(1);
        _core.Delivered(key).ShouldBe("content");
        (await RetryAsync(key)).ShouldBe(RetryOutcome.NotFound);
    }

    [Fact]
    public async Task A_retry_that_is_not_stored_leaves_the_marked_one()
    {
        var key = await MarkAsync(_core.Key(-Minute));
        FailAll(Is(StoreOperation.Put), () => Faults.Transient(), after: false);

        await Should.ThrowAsync<StoreException>(() => RetryAsync(key));

        (_core.Pending().Count, FailedKeys().Count).ShouldBe((1, 1));
    }

    [Fact]
    public async Task A_deletion_removes_the_content_then_the_mark()
    {
        var key = Archive(await MarkAsync(_core.Key(-Minute)));

        (await CancelAsync(key)).ShouldBe(CancelOutcome.FailedDeleted);

        _core.Pending().ShouldBeEmpty();
        FailedKeys().ShouldBeEmpty();
        _core.Store.Requests.Where(r => r.Operation == StoreOperation.Delete).Select(r => r.Key)
            .ShouldBe([_core.Folder.Pending(key).Key, _core.Folder.FailedMark(key).Key]);
        (await CancelAsync(key)).ShouldBe(CancelOutcome.NotFound);
    }

    [Fact]
    public async Task A_deletion_cut_off_leaves_a_mark_that_lists_as_failed_and_can_be_deleted()
    {
        var key = await MarkAsync(_core.Key(-Minute));
        _core.Store.RefusesDelete = k => k.Contains(".failed/", StringComparison.Ordinal) ? "InternalError" : null;
        await Should.ThrowAsync<StoreException>(() => CancelAsync(key));
        _core.Store.RefusesDelete = _ => null;

        (await _core.Scheduler.GetAsync(key, Core.Cancellation))!.Failure!.Code.ShouldBe("NoSuchBucket");
        (await ListAsync(Failed)).Schedules.ShouldHaveSingleItem().Key.ShouldBe(key);
        (await ContentAsync(key)).ShouldBeNull();
        (await RetryAsync(key)).ShouldBe(RetryOutcome.NotFound);
        (await CancelAsync(key)).ShouldBe(CancelOutcome.FailedDeleted);
        FailedKeys().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refused_deletion_of_the_content_leaves_the_mark()
    {
        var key = await MarkAsync(_core.Key(-Minute));
        _core.Store.RefusesDelete = _ => "AccessDenied";

        (await Should.ThrowAsync<StoreException>(() => CancelAsync(key))).Code.ShouldBe("AccessDenied");

        (_core.Pending().Count, FailedKeys().Count).ShouldBe((1, 1));
    }

    [Fact]
    public async Task A_mark_does_not_count_for_a_later_schedule_with_the_same_key()
    {
        var key = _core.Seed(await MarkAsync(_core.Key(-Minute), "first", "x"), "second", "y");

        (await _core.Scheduler.GetAsync(key, Core.Cancellation)).ShouldNotBeNull().Failure.ShouldBeNull();
        (await ListAsync(Pending)).Schedules.ShouldHaveSingleItem();
        (await RetryAsync(key)).ShouldBe(RetryOutcome.StillPending);
        (await CancelAsync(key)).ShouldBe(CancelOutcome.AlreadyDue);
        (await _core.Failed.FindContentAsync(key, true, Core.Cancellation)).ShouldBeNull();

        (await _core.Failed.DeleteAsync(key, Core.Cancellation)).ShouldBeTrue();
        FailedKeys().ShouldBeEmpty();
        _core.Store.Read(_core.Folder.Pending(key)).ShouldBe("second");
    }

    [Fact]
    public async Task A_Python_schedule_is_read_retried_and_deleted_where_its_content_is()
    {
        var keys = new List<ScheduleKey>();
        foreach (var name in new[] { "a", "b" })
        {
            var key = _core.Key(-Minute, name);
            var source = PythonLibrary.Key("schedules", key.DueAt.DateTime, null, "reports", name);
            keys.Add(await MarkAsync(key, "content", null, new ObjectAddress(Core.Bucket, source)));
        }

        (await _core.Scheduler.GetAsync(keys[0], Core.Cancellation))!.Failure.ShouldNotBeNull();
        (await ContentAsync(keys[0])).ShouldBe("content");
        (await RetryAsync(keys[0])).ShouldBe(RetryOutcome.Retried);
        (await CancelAsync(keys[1])).ShouldBe(CancelOutcome.FailedDeleted);

        FailedKeys().ShouldBeEmpty();
        _core.Pending().ShouldHaveSingleItem().ShouldEndWith("|reports|a");
    }

    [Fact]
    public async Task A_due_schedule_whose_key_leaves_no_room_for_a_mark_is_pending()
    {
        var taken = _core.Folder.Pending(_core.Key(-Minute)).Key.Length;
        var key = _core.Seed(_core.Key(-Minute, new string('a', Destination.MaxKeyBytes - taken + 1)));

        (await _core.Scheduler.GetAsync(key, Core.Cancellation)).ShouldNotBeNull().Failure.ShouldBeNull();
        (await CancelAsync(key)).ShouldBe(CancelOutcome.AlreadyDue);
        (await RetryAsync(key)).ShouldBe(RetryOutcome.StillPending);
    }

    [Fact]
    public async Task A_schedule_that_was_moved_and_marked_is_retried_once()
    {
        var key = await MarkAsync(_core.Key(-Minute), "content", "x");
        _core.Store.Seed(_core.Folder.Failed(key, "NoSuchBucket"), "content", Core.WithId("x"));

        (await RetryAsync(key)).ShouldBe(RetryOutcome.Retried);

        FailedKeys().ShouldBeEmpty();
        _core.Pending().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_retry_of_a_moved_schedule_leaves_another_one_that_is_marked()
    {
        var key = await MarkAsync(_core.Key(-Minute), "marked", "x");
        _core.Store.Seed(_core.Folder.Failed(key, "NoSuchBucket"), "moved", Core.WithId("y"));

        (await RetryAsync(key)).ShouldBe(RetryOutcome.Retried);

        FailedKeys().ShouldBe([_core.Folder.FailedMark(key).Key]);
        _core.Store.Read(_core.Folder.Pending(key)).ShouldBe("marked");
        (await RetryAsync(key)).ShouldBe(RetryOutcome.Retried);
        FailedKeys().ShouldBeEmpty();
        _core.Pending().Count.ShouldBe(2);
    }

    // S3 tells of such an object, deletes it, and refuses to read and copy it.
    private ScheduleKey Archive(ScheduleKey key)
    {
        _archived.Add(_core.Folder.Pending(key).Key);
        FailAll(
            r => r.Operation is StoreOperation.Get or StoreOperation.Copy && _archived.Contains(r.Key),
            () => Faults.Permanent(Archived), after: false);
        return key;
    }

    private async Task<string?> ContentAsync(ScheduleKey key)
    {
        await using var content = await _core.Scheduler.FindContentAsync(key, true, Core.Cancellation);
        if (content is null) return null;
        using var reader = new StreamReader(content);
        return await reader.ReadToEndAsync(Core.Cancellation);
    }

    private Task<CancelOutcome> CancelAsync(ScheduleKey key) => _core.Scheduler.CancelAsync(key, Core.Cancellation);

    private async Task<RetryOutcome> RetryAsync(ScheduleKey key) =>
        (await _core.Retries.RetryAsync(key, Core.Cancellation)).Outcome;

    private async Task<RescheduleOutcome> RescheduleAsync(ScheduleKey key) =>
        (await _core.Scheduler.RescheduleAsync(key, _core.Now + Minute, Core.Cancellation)).Outcome;
}
