namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>A schedule that may have been delivered already is checked before it is copied.</summary>
public sealed class RecoveryTests : CoreTests
{
    public override async ValueTask InitializeAsync()
    {
        await _core.SettledAsync();
        await Other.StartedAsync();
    }

    [Fact]
    public async Task After_a_crash_between_copy_and_delete_only_the_delete_is_repeated()
    {
        for (var n = 0; n < 10; n++) await _core.PostAsync(_core.Key(Second, $"{n}"), $"{n}");
        _core.Time.Advance(3 * Second);
        await CrashAsync(_core, Is(StoreOperation.Delete));
        _core.Store.Keys("reports").Count.ShouldBe(10);
        _core.Pending().Count.ShouldBe(10);
        Other.Time.Advance(31 * Second);

        (await Other.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 10));

        (Other.Count(StoreOperation.Copy), Other.Count(StoreOperation.Head)).ShouldBe((0, 20));
        _core.Pending().ShouldBeEmpty();
        (await _core.NewestLeaseAsync())!.State.ShouldBe(LeaseState.Closed);
    }

    [Fact]
    public async Task After_a_crash_during_the_copies_only_the_missing_copies_are_made()
    {
        using var core = OneCopyAtATime();
        for (var n = 0; n < 10; n++) core.Seed(core.Key(-Minute + n * Second, $"{n}"), id: $"{n}");
        var copies = 0;
        await CrashAsync(core, r => r.Operation == StoreOperation.Copy && ++copies == 6, after: true);
        Other.Time.Advance(31 * Second);

        (await Other.SweepAsync()).Delivered.ShouldBe(10);

        Other.Count(StoreOperation.Copy).ShouldBe(4);
    }

    [Fact]
    public async Task Equal_content_delivered_by_an_earlier_schedule_is_not_taken_for_a_delivery()
    {
        var earlier = _core.Seed(_core.Key(-Minute), "same", id: "earlier");
        (await _core.SweepAsync()).Delivered.ShouldBe(1);
        _core.Seed(_core.Key(-Second), "same", id: "later");
        await CrashBeforeCopyAsync();

        (await Other.SweepAsync()).Delivered.ShouldBe(1);

        Other.Count(StoreOperation.Copy).ShouldBe(1);
        IdAt(earlier).ShouldBe("later");
    }

    [Fact]
    public async Task A_schedule_without_an_id_is_delivered_again_over_equal_content()
    {
        var key = _core.Seed(_core.Key(-Minute)); // not stored by this service
        await CrashAsync(_core, Is(StoreOperation.Copy), after: true);
        _core.Delivered(key).ShouldBe("content");
        Other.Time.Advance(31 * Second);

        (await Other.SweepAsync()).Delivered.ShouldBe(1);

        (Other.Count(StoreOperation.Head), Other.Count(StoreOperation.Copy)).ShouldBe((1, 1));
        _core.Pending().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_schedule_cancelled_during_recovery_is_neither_delivered_nor_failed()
    {
        var key = _core.Seed(_core.Key(-Minute), id: "new");
        _core.Store.Seed(new ObjectAddress("reports", "a"), "old", Core.WithId("old"));
        await CrashBeforeCopyAsync();
        Other.Store.Before = Faults.Once(Is(StoreOperation.Head), async () =>
            await _core.Store.ForAnotherProcess(_core.Time)
                .DeleteAsync(Core.Bucket, [new DeleteTarget(_core.Folder.Pending(key).Key)], Core.Cancellation));

        (await Other.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept));

        _core.Delivered(key).ShouldBe("old");
        (await _core.NewestLeaseAsync())!.State.ShouldBe(LeaseState.Closed);
    }

    [Theory]
    [InlineData("AccessDenied")]
    [InlineData("InvalidObjectState")]
    public async Task A_schedule_is_delivered_again_if_its_destination_cannot_be_read(string code)
    {
        _core.Seed(_core.Key(-Minute), id: "x");
        await CrashAsync(_core, Is(StoreOperation.Copy), after: true);
        Other.Time.Advance(31 * Second);
        Other.Store.Before = Faults.When(
            r => r.Operation == StoreOperation.Head && r.Bucket == "reports", () => Faults.Permanent(code));

        (await Other.SweepAsync()).Delivered.ShouldBe(1);

        Other.Count(StoreOperation.Copy).ShouldBe(1);
        _core.Pending().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("SlowDown", true)]
    [InlineData(StoreException.CredentialsNotFound, false)]
    [InlineData(StoreException.DateMissing, false)]
    public async Task A_schedule_stays_unresolved_while_its_destination_cannot_be_checked(string code, bool isTransient)
    {
        var key = _core.Seed(_core.Key(-Minute), id: "x");
        await CrashBeforeCopyAsync();
        Other.Store.Before = Faults.When(
            Is(StoreOperation.Head), () => new StoreException(code, "Later.", isTransient));

        (await Other.SweepAsync()).Delivered.ShouldBe(0);
        Other.Count(StoreOperation.Copy).ShouldBe(0);
        (await _core.NewestLeaseAsync())!.Unresolved.ShouldBe(["reports"]);

        Other.Store.Before = null;
        Other.Store.ForgetRequests();
        Other.Time.Advance(Second);
        (await Other.SweepAsync()).Delivered.ShouldBe(1);
        Other.Count(StoreOperation.Head).ShouldBe(1);
        IdAt(key).ShouldBe("x");
    }

    [Fact]
    public async Task After_a_lost_response_only_that_bucket_is_checked()
    {
        var lost = _core.Seed(_core.Key(-Minute, "a", "lost"), id: "x");
        _core.Store.After = Faults.When(r => r.IsCopyTo("lost"), () => Faults.Transient());
        (await _core.SweepAsync()).Delivered.ShouldBe(0);
        _core.Count(StoreOperation.Copy).ShouldBe(1); // not repeated in the same sweep
        (await _core.NewestLeaseAsync())!.Unresolved.ShouldBe(["lost"]);
        for (var n = 0; n < 5; n++) _core.Seed(_core.Key(-Second, $"{n}"), id: $"{n}");
        _core.Store.After = null;
        _core.Time.Advance(3 * Second); // by then the first sweep's lease is older than what is known of the time

        (await Other.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 6));

        (Other.Count(StoreOperation.Copy), Other.Count(StoreOperation.Head)).ShouldBe((5, 2));
        _core.Delivered(lost).ShouldBe("content");
        (await _core.NewestLeaseAsync())!.State.ShouldBe(LeaseState.Closed);
    }

    [Fact]
    public async Task Schedules_that_a_sweep_did_not_reach_stay_unresolved()
    {
        using var core = OneCopyAtATime();
        _core.Seed(_core.Key(-Minute, "a", "first"), id: "1");
        _core.Seed(_core.Key(-Second, "a", "second"), id: "2");
        await CrashBeforeCopyAsync(); // all buckets are unresolved
        using var stop = new CancellationTokenSource();
        core.Store.After = AtFirst(r => r.IsCopyTo("first"), stop.Cancel);

        (await core.Sweep.RunAsync(stop.Token)).Delivered.ShouldBe(1);

        var lease = (await _core.NewestLeaseAsync()).ShouldNotBeNull();
        lease.State.ShouldBe(LeaseState.Unresolved);
        lease.Unresolved.ShouldBe(["second"]);
        (await Other.SweepAsync()).Delivered.ShouldBe(1);
        Other.Count(StoreOperation.Head).ShouldBe(1);
    }

    [Fact]
    public async Task An_unacknowledged_delete_leaves_its_bucket_unresolved()
    {
        var key = _core.Seed(_core.Key(-Minute), id: "x");
        _core.Seed(_core.Key(-Minute, "a", "others"), id: "y");
        _core.Store.RefusesDelete = k => k == _core.Folder.Pending(key).Key ? "InternalError" : null;

        (await _core.SweepAsync() with { RetryAt = null }).ShouldBe(new SweepResult(SweepOutcome.Swept, 1));

        (await _core.NewestLeaseAsync())!.Unresolved.ShouldBe(["reports"]);
        (await Other.SweepAsync()).Delivered.ShouldBe(1);
        Other.Count(StoreOperation.Copy).ShouldBe(0);
    }

    [Fact]
    public async Task After_an_unexpected_exception_the_lease_records_the_unresolved_bucket()
    {
        _core.Seed(_core.Key(-Minute), id: "x");
        _core.Store.After = Faults.Once(
            Is(StoreOperation.Copy), () => throw new InvalidOperationException("A bug."));

        (await _core.SweepAsync()).Delivered.ShouldBe(0);

        (await _core.NewestLeaseAsync())!.Unresolved.ShouldBe(["reports"]);
        (await Other.SweepAsync()).Delivered.ShouldBe(1);
        Other.Count(StoreOperation.Copy).ShouldBe(0);
    }

    private async Task CrashBeforeCopyAsync()
    {
        await CrashAsync(_core, Is(StoreOperation.Copy));
        Other.Time.Advance(31 * Second);
    }

    private Core OneCopyAtATime() =>
        new(concurrency: 1, store: _core.Store.ForAnotherProcess(_core.Time), time: _core.Time, seed: 99);

    private string? IdAt(ScheduleKey key) => _core.Store
        .Attributes(new ObjectAddress(key.Destination.Bucket, key.Destination.Key))?.Metadata[ScheduleId.MetadataName];
}
