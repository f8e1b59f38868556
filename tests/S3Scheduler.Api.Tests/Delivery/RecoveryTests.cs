namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>The second look: what may have been delivered already is looked for before it is copied.</summary>
public sealed class RecoveryTests : IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Core _core = new();
    private readonly Core _other;

    public RecoveryTests() => _other = _core.AnotherProcess();

    public async ValueTask InitializeAsync()
    {
        await _core.SettledAsync();
        await _other.StartedAsync();
    }

    public ValueTask DisposeAsync()
    {
        _core.Dispose();
        _other.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task After_a_crash_between_copy_and_delete_only_the_delete_is_made()
    {
        for (var n = 0; n < 10; n++) await _core.PostAsync(_core.Key(Second, $"{n}"), $"{n}");
        _core.Time.Advance(3 * Second);
        _core.Store.Kill(r => r.Operation == StoreOperation.Delete);
        await Should.ThrowAsync<KilledException>(_core.SweepAsync);
        _core.Store.Keys("reports").Count.ShouldBe(10);
        _core.Pending().Count.ShouldBe(10);
        _other.Time.Advance(31 * Second);

        (await _other.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 10));

        (_other.Count(StoreOperation.Copy), _other.Count(StoreOperation.Head)).ShouldBe((0, 20));
        _core.Pending().ShouldBeEmpty();
        (await _core.NewestLeaseAsync())!.State.ShouldBe(LeaseState.Closed);
    }

    [Fact]
    public async Task After_a_crash_amid_the_copies_those_that_are_missing_are_made_and_no_others()
    {
        using var core = new Core(concurrency: 1, store: _core.Store.ForAnotherProcess(_core.Time), time: _core.Time, seed: 99);
        for (var n = 0; n < 10; n++) core.Seed(core.Key(-Minute + n * Second, $"{n}"), id: $"{n}");
        var copies = 0;
        core.Store.Kill(r => r.Operation == StoreOperation.Copy && ++copies == 6, after: true);
        await Should.ThrowAsync<KilledException>(core.SweepAsync);
        _other.Time.Advance(31 * Second);

        (await _other.SweepAsync()).Delivered.ShouldBe(10);

        _other.Count(StoreOperation.Copy).ShouldBe(4);
    }

    [Fact]
    public async Task The_same_bytes_delivered_earlier_by_another_schedule_do_not_count()
    {
        var earlier = _core.Seed(_core.Key(-Minute), "same", id: "earlier");
        (await _core.SweepAsync()).Delivered.ShouldBe(1);
        _core.Seed(_core.Key(-Second), "same", id: "later");
        await CrashBeforeCopyAsync();

        (await _other.SweepAsync()).Delivered.ShouldBe(1);

        _other.Count(StoreOperation.Copy).ShouldBe(1);
        IdAt(earlier).ShouldBe("later");
    }

    [Fact]
    public async Task One_without_an_id_is_delivered_again_even_onto_the_same_bytes()
    {
        var key = _core.Seed(_core.Key(-Minute)); // by other means than this service
        _core.Store.Kill(r => r.Operation == StoreOperation.Copy, after: true);
        await Should.ThrowAsync<KilledException>(_core.SweepAsync);
        _core.Delivered(key).ShouldBe("content");
        _other.Time.Advance(31 * Second);

        (await _other.SweepAsync()).Delivered.ShouldBe(1);

        (_other.Count(StoreOperation.Head), _other.Count(StoreOperation.Copy)).ShouldBe((1, 1));
        _core.Pending().ShouldBeEmpty();
    }

    [Fact]
    public async Task One_that_was_cancelled_meanwhile_is_neither_delivered_nor_failed()
    {
        var key = _core.Seed(_core.Key(-Minute), id: "new");
        _core.Store.Seed(new ObjectAddress("reports", "a"), "old", Core.WithId("old"));
        await CrashBeforeCopyAsync();
        _other.Store.Before = Faults.Once(r => r.Operation == StoreOperation.Head, async () =>
            await _core.Store.ForAnotherProcess(_core.Time).DeleteAsync(Core.Bucket, [new DeleteTarget(_core.Folder.Pending(key).Key)], Core.Cancellation));

        (await _other.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept));

        _core.Delivered(key).ShouldBe("old");
        (await _core.NewestLeaseAsync())!.State.ShouldBe(LeaseState.Closed);
    }

    [Theory]
    [InlineData("AccessDenied")]
    [InlineData("InvalidObjectState")]
    public async Task Where_the_destination_can_not_be_read_it_is_delivered_again(string code)
    {
        _core.Seed(_core.Key(-Minute), id: "x");
        _core.Store.Kill(r => r.Operation == StoreOperation.Copy, after: true);
        await Should.ThrowAsync<KilledException>(_core.SweepAsync);
        _other.Time.Advance(31 * Second);
        _other.Store.Before = Faults.When(r => r.Operation == StoreOperation.Head && r.Bucket == "reports", () => Faults.Permanent(code));

        (await _other.SweepAsync()).Delivered.ShouldBe(1);

        _other.Count(StoreOperation.Copy).ShouldBe(1);
        _core.Pending().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("SlowDown", true)]
    [InlineData(StoreException.CredentialsNotFound, false)]
    [InlineData(StoreException.DateMissing, false)]
    public async Task Where_it_can_not_be_looked_for_now_it_stays_pending_and_is_looked_for_again(string code, bool isTransient)
    {
        var key = _core.Seed(_core.Key(-Minute), id: "x");
        await CrashBeforeCopyAsync();
        _other.Store.Before = Faults.When(r => r.Operation == StoreOperation.Head, () => new StoreException(code, "Later.", isTransient));

        (await _other.SweepAsync()).Delivered.ShouldBe(0);
        _other.Count(StoreOperation.Copy).ShouldBe(0);
        (await _core.NewestLeaseAsync())!.Unresolved.ShouldBe(["reports"]);

        _other.Store.Before = null;
        _other.Store.ForgetRequests();
        _other.Time.Advance(Second);
        (await _other.SweepAsync()).Delivered.ShouldBe(1);
        _other.Count(StoreOperation.Head).ShouldBe(1);
        IdAt(key).ShouldBe("x");
    }

    [Fact]
    public async Task After_a_lost_answer_it_looks_in_that_bucket_alone()
    {
        var lost = _core.Seed(_core.Key(-Minute, "a", "lost"), id: "x");
        _core.Store.After = Faults.When(r => r.IsCopyTo("lost"), () => Faults.Transient());
        (await _core.SweepAsync()).Delivered.ShouldBe(0);
        _core.Count(StoreOperation.Copy).ShouldBe(1); // not tried twice
        (await _core.NewestLeaseAsync())!.Unresolved.ShouldBe(["lost"]);
        for (var n = 0; n < 5; n++) _core.Seed(_core.Key(-Second, $"{n}"), id: $"{n}");
        _core.Store.After = null;
        _core.Time.Advance(Second);

        (await _other.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 6));

        (_other.Count(StoreOperation.Copy), _other.Count(StoreOperation.Head)).ShouldBe((5, 2));
        _core.Delivered(lost).ShouldBe("content");
        (await _core.NewestLeaseAsync())!.State.ShouldBe(LeaseState.Closed);
    }

    [Fact]
    public async Task What_a_sweep_did_not_come_to_stays_unsure_for_the_next()
    {
        using var core = new Core(concurrency: 1, store: _core.Store.ForAnotherProcess(_core.Time), time: _core.Time, seed: 99);
        _core.Seed(_core.Key(-Minute, "a", "first"), id: "1");
        _core.Seed(_core.Key(-Second, "a", "second"), id: "2");
        await CrashBeforeCopyAsync(); // nothing is known of any bucket
        core.Store.After = Faults.Once(r => r.IsCopyTo("first"), () =>
        {
            core.Time.Sleep(20 * Second);
            return Task.CompletedTask;
        });

        (await core.SweepAsync()).Delivered.ShouldBe(1);

        (await _core.NewestLeaseAsync())!.ShouldSatisfyAllConditions(l => l.State.ShouldBe(LeaseState.Unresolved), l => l.Unresolved.ShouldBeNull());
        (await _other.SweepAsync()).Delivered.ShouldBe(1);
        _other.Count(StoreOperation.Head).ShouldBe(1);
    }

    [Fact]
    public async Task A_delete_that_was_not_acknowledged_makes_its_bucket_unsure()
    {
        var key = _core.Seed(_core.Key(-Minute), id: "x");
        _core.Seed(_core.Key(-Minute, "a", "others"), id: "y");
        _core.Store.RefusesDelete = k => k == _core.Folder.Pending(key).Key ? "InternalError" : null;

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1));

        (await _core.NewestLeaseAsync())!.Unresolved.ShouldBe(["reports"]);
        (await _other.SweepAsync()).Delivered.ShouldBe(1);
        _other.Count(StoreOperation.Copy).ShouldBe(0);
    }

    [Fact]
    public async Task After_a_fault_that_nobody_foresaw_the_lease_does_not_say_that_all_is_known()
    {
        _core.Seed(_core.Key(-Minute), id: "x");
        _core.Store.After = Faults.Once(r => r.Operation == StoreOperation.Copy, () => throw new InvalidOperationException("A bug."));

        await Should.ThrowAsync<InvalidOperationException>(_core.SweepAsync);

        (await _core.NewestLeaseAsync())!.Unresolved.ShouldBe(["reports"]);
        (await _other.SweepAsync()).Delivered.ShouldBe(1);
        _other.Count(StoreOperation.Copy).ShouldBe(0);
    }

    private async Task CrashBeforeCopyAsync()
    {
        _core.Store.Kill(r => r.Operation == StoreOperation.Copy);
        await Should.ThrowAsync<KilledException>(_core.SweepAsync);
        _other.Time.Advance(31 * Second);
    }

    private string? IdAt(ScheduleKey key) =>
        _core.Store.Attributes(new ObjectAddress(key.Destination.Bucket, key.Destination.Key))?.Metadata[ScheduleId.MetadataName];
}
