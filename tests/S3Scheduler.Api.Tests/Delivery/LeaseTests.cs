namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>Which of several processes may sweep.</summary>
public sealed class LeaseTests : CoreTests
{
    private const string Leases = "/.sweep/";

    public override async ValueTask InitializeAsync()
    {
        await _core.StartedAsync();
        await Other.StartedAsync();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 86_400)]
    [InlineData(0, -86_400)]
    [InlineData(86_400, 0)]
    [InlineData(-86_400, 0)]
    public async Task An_open_lease_excludes_others_until_the_server_clock_ends_it(int skewSeconds, int jumpSeconds)
    {
        using var core = new Core(skew: skewSeconds * Second);
        using var other = core.AnotherProcess();
        core.Seed(core.Key(-Minute, "due"));
        var later = core.Seed(core.Key(Minute, "later"));
        await CrashAsync(core, Is(StoreOperation.Copy));
        if (jumpSeconds != 0) other.Time.SetWall(ManualTime.Start + jumpSeconds * Second);

        // Written at 30.250 s, which the server reports as 30 s. It lasts 30 s, plus one second for the rounding.
        var busy = new SweepResult(
            SweepOutcome.Busy, NextDueAt: later.DueAt,
            RetryAt: new DateTimeOffset(2026, 11, 21, 19, 5, 2, TimeSpan.Zero) + skewSeconds * Second);
        (await other.SweepAsync() with { RetryAt = busy.RetryAt }).ShouldBe(busy);
        other.Time.Advance(30.7 * Second);
        (await other.SweepAsync()).ShouldBe(busy);
        other.Count(StoreOperation.Copy).ShouldBe(0);

        other.Time.Advance(0.05 * Second);
        (await other.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1, NextDueAt: later.DueAt));
    }

    [Fact]
    public async Task A_process_that_a_lease_keeps_out_looks_again_after_1_2_4_8_seconds_and_then_a_third_of_a_lease()
    {
        var lease = new LeaseRecord(1, LeaseState.Open, "owner", "nonce", 70 * Second, null);
        await lease.WriteAsync(Other.Store, Other.Folder.Lease(1), PutCondition.None, Core.Cancellation);
        var end = ServerTime.WholeSeconds(_core.Now) + 71 * Second;
        _core.Seed(_core.Key(-Minute));
        var pauses = new List<int>();
        while (await _core.SweepAsync() is { Outcome: SweepOutcome.Busy, RetryAt: { } retryAt })
        {
            retryAt.ShouldBeLessThanOrEqualTo(end + Second);
            var pause = _core.Store.Clock.PauseUntil(retryAt);
            pauses.Add((int)Math.Round(pause.TotalSeconds));
            _core.Time.Advance(pause);
        }

        pauses.Take(6).ShouldBe([1, 2, 4, 8, 10, 10]);
        pauses.Sum().ShouldBeInRange(70, 72);
        _core.Count(StoreOperation.Copy).ShouldBe(1);
    }

    // The clocks of the store's front ends count for less than what this process has seen itself.
    [Fact]
    public async Task A_killed_process_keeps_others_out_for_little_more_than_its_lease()
    {
        using var core = await new Core(lease: 5 * Second).StartedAsync();
        core.Seed(core.Key(-Minute));
        var lease = new LeaseRecord(1, LeaseState.Open, "owner", "nonce", 5 * Second, null);
        var (renewed, retryAt) = (core.Now, core.Now);
        for (var step = 0; step < 300; step++)
        {
            if (step % 17 == 0)
            {
                renewed = core.Now;
                await (lease with { Number = 1 + step / 17 }).WriteAsync(
                    core.Store, core.Folder.Lease(1 + step / 17), PutCondition.None, Core.Cancellation);
            }

            if (core.Now >= retryAt) retryAt = (await core.SweepAsync()).RetryAt!.Value;
            core.Time.Advance(0.1 * Second);
        }

        core.Time.Advance(core.Store.Clock.PauseUntil(retryAt));
        while (await core.SweepAsync() is { Outcome: SweepOutcome.Busy, RetryAt: { } next })
            core.Time.Advance(core.Store.Clock.PauseUntil(next));

        (core.Now - renewed).ShouldBeLessThan((5 + 1 + 5 / 3.0 + 0.5) * Second);
    }

    [Fact]
    public async Task While_one_process_sweeps_a_second_is_told_at_once_that_it_is_busy()
    {
        _core.Seed(_core.Key(-Minute));
        var gate = HoldAt(StoreOperation.Copy);
        var sweep = _core.SweepAsync();
        await gate.Reached;

        (await Other.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Busy);

        gate.Open();
        (await sweep).ShouldBe(new SweepResult(SweepOutcome.Swept, 1));
        (await Other.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Idle);
    }

    [Fact]
    public async Task The_loser_of_the_race_for_a_lease_is_busy_and_looks_again_in_a_second()
    {
        _core.Seed(_core.Key(-Minute, "a"));
        _core.Store.Before = Faults.Once(r => r.IsPutOf(Leases), async () =>
            (await Other.SweepAsync()).Delivered.ShouldBe(1));

        var result = await _core.SweepAsync();

        result.Outcome.ShouldBe(SweepOutcome.Busy);
        result.RetryAt.ShouldBe(_core.Store.Clock.Earliest + Second);
        _core.Count(StoreOperation.Copy).ShouldBe(0);
    }

    [Fact]
    public async Task A_lease_without_a_response_is_held_if_it_was_written()
    {
        _core.Seed(_core.Key(-Minute));
        _core.Store.After = Faults.Once(r => r.IsPutOf(Leases), () => throw Faults.Transient());

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1));
        (await _core.NewestLeaseAsync())!.State.ShouldBe(LeaseState.Closed);
    }

    [Fact]
    public async Task A_lease_without_a_response_is_not_held_if_another_process_wrote_it()
    {
        _core.Seed(_core.Key(-Minute));
        _core.Store.Before = Faults.Once(r => r.IsPutOf(Leases), async () =>
        {
            await Other.SweepAsync();
            throw Faults.Transient();
        });

        (await _core.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Busy);
        _core.Count(StoreOperation.Copy).ShouldBe(0);
    }

    [Fact]
    public async Task A_lease_without_a_response_that_was_not_written_is_a_fault()
    {
        _core.Seed(_core.Key(-Minute));
        _core.Store.Before = Faults.Once(r => r.IsPutOf(Leases), () => throw Faults.Transient());

        await Should.ThrowAsync<StoreException>(_core.SweepAsync);
        _core.Count(StoreOperation.Copy).ShouldBe(0);
    }

    [Fact]
    public async Task A_stalled_process_that_creates_an_outdated_lease_number_is_busy()
    {
        _core.Seed(_core.Key(-Minute, "1"));
        _core.Store.Before = Faults.Once(r => r.IsPutOf(Leases), async () =>
        {
            (await Other.SweepAsync()).Delivered.ShouldBe(1);
            _core.Seed(_core.Key(-Minute, "2"));
            (await Other.SweepAsync()).Delivered.ShouldBe(1); // and the first lease is deleted
            _core.Seed(_core.Key(-Minute, "3"));
        });

        (await _core.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Busy);

        _core.Count(StoreOperation.Copy).ShouldBe(0);
        (await _core.NewestLeaseAsync())!.Number.ShouldBe(2);
        (await Other.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1)); // the outdated lease does no harm
        _core.LeaseCount.ShouldBe(1);
    }

    [Fact]
    public async Task Lease_numbers_grow_and_the_next_sweep_deletes_the_old_lease()
    {
        for (var n = 1; n <= 5; n++)
        {
            _core.Seed(_core.Key(-Minute, $"{n}"));
            var sweeper = n % 2 == 0 ? _core : Other;
            sweeper.Store.ForgetRequests();

            (await sweeper.SweepAsync()).Delivered.ShouldBe(1);

            var lease = (await _core.NewestLeaseAsync()).ShouldNotBeNull();
            (lease.Number, lease.State, _core.LeaseCount).ShouldBe((n, LeaseState.Closed, 1));
            sweeper.Store.Requests.Single(Is(StoreOperation.Delete))
                .Keys.Count.ShouldBe(n == 1 ? 1 : 2);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("not json")]
    [InlineData("""{"number":1,"state":"gone","owner":"a","nonce":"b","duration":"00:00:30","unresolved":[]}""")]
    [InlineData("""{"number":1,"state":"closed","owner":null,"nonce":"b","duration":"00:00:30","unresolved":[]}""")]
    [InlineData("""{"number":1,"state":"closed","owner":"a","nonce":"b","duration":"-00:00:30","unresolved":[]}""")]
    [InlineData(
        """{"number":1,"state":"open","owner":"a","nonce":"b","duration":"10000000.00:00:00","unresolved":[]}""")]
    public async Task An_unreadable_lease_excludes_others_for_one_duration_and_leaves_all_unresolved(string content)
    {
        _core.Store.Seed(_core.Folder.Lease(7), content);
        _core.Seed(_core.Key(-Minute), id: "x");
        (await _core.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Busy);
        _core.Time.Advance(30 * Second);
        (await _core.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Busy);
        _core.Time.Advance(Second);

        (await _core.SweepAsync()).Delivered.ShouldBe(1);

        _core.Count(StoreOperation.Head).ShouldBe(1); // it checked the destination first
        (await _core.NewestLeaseAsync())!.Number.ShouldBe(8);
    }

    // The store's clock may have been set forward while the lease was held, and put right since.
    [Fact]
    public async Task Whatever_is_due_when_an_open_lease_is_taken_over_may_have_been_delivered_under_it()
    {
        var lease = new LeaseRecord(1, LeaseState.Open, "owner", "nonce", 30 * Second, null);
        await lease.WriteAsync(_core.Store, _core.Folder.Lease(1), PutCondition.None, Core.Cancellation);
        var key = _core.Seed(_core.Key(50 * Second), id: "x");
        _core.Store.Seed(new ObjectAddress("reports", "a"), "content", Core.WithId("x"));
        _core.Time.Advance(Minute);

        (await _core.SweepAsync()).Delivered.ShouldBe(1);

        _core.Count(StoreOperation.Copy).ShouldBe(0);
        _core.Pending().ShouldNotContain(key.ToString());
    }
}
