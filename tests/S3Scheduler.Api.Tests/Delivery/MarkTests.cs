namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>What happens to a schedule that can be neither delivered nor moved to the failed ones.</summary>
public sealed class MarkTests() : CoreTests(new(python: true))
{
    private const string Archived = "InvalidObjectState";

    public override async ValueTask InitializeAsync() => await _core.SettledAsync();

    [Fact]
    public async Task What_cannot_be_copied_at_all_is_marked_as_failed_and_its_content_stays()
    {
        var key = _core.Seed(_core.Key(-Minute), "content", "x");
        var later = _core.Seed(_core.Key(-Second), "later");
        FailAll(r => r.Operation == StoreOperation.Copy && r.Key.EndsWith($"{key}"), Fault(Archived), after: false);

        (await _core.SweepAsync()).Delivered.ShouldBe(1);

        _core.Store.Read(_core.Folder.Pending(key)).ShouldBe("content");
        _core.Delivered(later).ShouldBe("later");
        var mark = (await MarkAsync(key)).ShouldNotBeNull();
        (mark.Code, mark.ObjectKey, mark.Size, mark.ScheduleId).ShouldBe(
            (Archived, _core.Folder.Pending(key).Key, 7, "x"));
        var attributes = _core.Store.Attributes(_core.Folder.FailedMark(key)).ShouldNotBeNull();
        attributes.Metadata[FailureMark.CodeMetadataName].ShouldBe(Archived);
        (await _core.NewestLeaseAsync())!.State.ShouldBe(LeaseState.Closed); // nothing is unresolved
        _core.Log.Names.Where(n => n is "DeliveryMarked" or "DeliveryFailed" or "MoveFailed")
            .ShouldBe(["DeliveryMarked"]);
    }

    [Fact]
    public async Task What_has_the_longest_name_that_the_server_takes_is_marked_with_the_code_of_its_first_fault()
    {
        var key = _core.Seed(_core.Key(-Minute, new string('a', 200)));
        _core.Store.Missing.Add("reports");
        FailAll(IsNameOver($"{key}".Length), Fault("XMinioInvalidObjectName"), after: false);

        await _core.SweepAsync();

        (await MarkAsync(key)).ShouldNotBeNull().Code.ShouldBe(StoreException.NoSuchBucket);
        _core.Pending().ShouldBe([key.ToString()]);

        static Func<StoreRequest, bool> IsNameOver(int bytes) => request =>
            (request.Target?.Key ?? request.Key).Split('/').Any(name => Encoding.UTF8.GetByteCount(name) > bytes);
    }

    [Fact]
    public async Task The_mark_of_a_Python_schedule_names_the_object_with_its_content()
    {
        var at = new DateTimeOffset(2026, 11, 21, 19, 0, 0, TimeSpan.Zero);
        var source = PythonLibrary.Key("schedules", at.DateTime, null, "reports", "a");
        _core.Store.Seed(new ObjectAddress(Core.Bucket, source), "content");
        FailAll(Is(StoreOperation.Copy), Fault(Archived), after: false);

        await _core.SweepAsync();

        var mark = (await MarkAsync(new ScheduleKey(at, new Destination("reports", "a")))).ShouldNotBeNull();
        (mark.ObjectKey, mark.ScheduleId).ShouldBe((source, null));
        _core.Store.Read(new ObjectAddress(Core.Bucket, source)).ShouldBe("content");
    }

    [Fact]
    public async Task A_marked_schedule_is_neither_moved_nor_marked_nor_logged_again()
    {
        var key = _core.Seed(_core.Key(-Minute), "content", "x");
        FailAll(Is(StoreOperation.Copy), Fault(Archived), after: false);
        await _core.SweepAsync();
        _core.Store.ForgetRequests();
        FailAll(r => r.IsCopyTo("reports"), Fault("AccessDenied"), after: false); // it could be moved now

        await _core.SweepAsync();

        FailedKeys().ShouldBe([_core.Folder.FailedMark(key).Key]);
        (await MarkAsync(key)).ShouldNotBeNull().Code.ShouldBe(Archived);
        _core.Log.Names.Count(n => n == "DeliveryMarked").ShouldBe(1);
        _core.Store.Requests.ShouldNotContain(r => r.IsPutOf(".failed"));
    }

    [Fact]
    public async Task A_mark_that_means_an_earlier_schedule_is_not_overwritten_and_not_counted()
    {
        var key = _core.Seed(_core.Key(-Minute), "content", "x");
        FailAll(Is(StoreOperation.Copy), Fault(Archived), after: false);
        await _core.SweepAsync();
        _core.Time.Advance(Minute);
        _core.Seed(key, "content", "y"); // a late upload

        await _core.SweepAsync();

        (await MarkAsync(key)).ShouldNotBeNull().ScheduleId.ShouldBe("x");
        _core.Log.Names.Count(n => n == "DeliveryMarked").ShouldBe(1);
        EndFaults();
        _core.Time.Advance(Second); // the longest pause after one failure
        (await _core.SweepAsync()).Delivered.ShouldBe(1);
        _core.Store.Attributes(new ObjectAddress("reports", "a"))!.Metadata[ScheduleId.MetadataName].ShouldBe("y");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_an_acknowledged_mark_the_schedule_stays_pending_until_the_next_sweep(bool isStored)
    {
        var key = _core.Seed(_core.Key(-Minute), "content", "x");
        FailAll(
            r => r.Operation == StoreOperation.Copy || (!isStored && r.IsPutOf(".failed")),
            () => _core.Store.Requests[^1].Operation == StoreOperation.Copy
                ? Faults.Permanent(Archived) : Faults.Transient(),
            after: false);
        if (isStored) FailAll(r => r.IsPutOf(".failed"), () => Faults.Transient(), after: true);

        await _core.SweepAsync();

        _core.Log.Names.ShouldContain("MoveFailed");
        (await _core.NewestLeaseAsync())!.Unresolved.ShouldBe(["reports"]);
        FailAll(Is(StoreOperation.Copy), Fault(Archived), after: false);
        _core.Store.After = null;
        _core.Time.Advance(Minute);
        await _core.SweepAsync();
        (await MarkAsync(key)).ShouldNotBeNull();
        (await _core.NewestLeaseAsync())!.State.ShouldBe(LeaseState.Closed);
    }

    [Fact]
    public async Task Without_its_lease_a_sweep_marks_nothing()
    {
        var key = _core.Seed(_core.Key(-Minute), "content", "x");
        var isOver = false;
        FailAll(
            r => r.Operation == StoreOperation.Copy || (isOver && r.IsPutOf(".sweep/")), Fault(Archived), after: false);
        _core.Store.After = AtFirst(
            r => r.Operation == StoreOperation.Head && r.Key == _core.Folder.Pending(key).Key,
            () =>
            {
                isOver = true;
                _core.Time.Advance(_core.LeaseDuration);
            });

        await _core.SweepAsync();

        _core.Store.Read(_core.Folder.FailedMark(key)).ShouldBeNull();
    }

    [Fact]
    public async Task What_was_cancelled_before_its_mark_is_gone()
    {
        var key = _core.Seed(_core.Key(-Minute), "content", "x");
        _core.Store.Before = request =>
        {
            if (request.Operation != StoreOperation.Copy) return Task.CompletedTask;
            if (request.IsCopyTo(Core.Bucket)) _core.Store.Remove(_core.Folder.Pending(key));
            throw Faults.Permanent(Archived);
        };

        await _core.SweepAsync();

        FailedKeys().ShouldBeEmpty();
    }

    private Task<FailureMark?> MarkAsync(ScheduleKey key) =>
        FailureMark.ReadAsync(_core.AnotherProcess().Store, _core.Folder.FailedMark(key), Core.Cancellation);

    private static Func<Exception> Fault(string code) => () => Faults.Permanent(code);
}
