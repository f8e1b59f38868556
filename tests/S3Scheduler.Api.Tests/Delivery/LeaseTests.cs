namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>Who may sweep, where several processes want to.</summary>
public sealed class LeaseTests : IAsyncLifetime
{
    private const string Leases = "/.sweep/";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Core _core = new();
    private readonly Core _other;

    public LeaseTests() => _other = _core.AnotherProcess();

    public async ValueTask InitializeAsync()
    {
        await _core.StartedAsync();
        await _other.StartedAsync();
    }

    public ValueTask DisposeAsync()
    {
        _core.Dispose();
        _other.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 86_400)]
    [InlineData(0, -86_400)]
    [InlineData(86_400, 0)]
    [InlineData(-86_400, 0)]
    public async Task An_open_lease_keeps_others_out_until_it_has_expired_by_the_servers_clock(int skewSeconds, int jumpSeconds)
    {
        using var core = new Core(skew: skewSeconds * Second);
        using var other = core.AnotherProcess();
        core.Seed(core.Key(-Minute, "due"));
        var later = core.Seed(core.Key(Minute, "later"));
        core.Store.Kill(r => r.Operation == StoreOperation.Copy);
        await Should.ThrowAsync<KilledException>(core.SweepAsync);
        if (jumpSeconds != 0) other.Time.SetWall(ManualTime.Start + jumpSeconds * Second);

        // Written at 30.250 s, which is 30 to everybody; it lasts 30 s and the second that rounding takes.
        var busy = new SweepResult(
            SweepOutcome.Busy, NextDueAt: later.DueAt, RetryAt: new DateTimeOffset(2026, 11, 21, 19, 5, 2, TimeSpan.Zero) + skewSeconds * Second);
        (await other.SweepAsync()).ShouldBe(busy);
        other.Time.Advance(30.7 * Second);
        (await other.SweepAsync()).ShouldBe(busy);
        other.Count(StoreOperation.Copy).ShouldBe(0);

        other.Time.Advance(0.05 * Second);
        (await other.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1, NextDueAt: later.DueAt));
    }

    [Fact]
    public async Task While_one_process_sweeps_the_other_is_busy_and_waits_for_nothing()
    {
        _core.Seed(_core.Key(-Minute));
        var (reached, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        _core.Store.Before = Faults.Once(r => r.Operation == StoreOperation.Copy, () =>
        {
            reached.SetResult();
            return go.Task;
        });
        var sweep = _core.SweepAsync();
        await reached.Task;

        (await _other.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Busy);

        go.SetResult();
        (await sweep).ShouldBe(new SweepResult(SweepOutcome.Swept, 1));
        (await _other.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Idle);
    }

    [Fact]
    public async Task Who_loses_the_race_for_a_number_is_busy_and_comes_back_when_that_lease_ends()
    {
        _core.Seed(_core.Key(-Minute, "a"));
        _core.Store.Before = Faults.Once(r => r.IsPutOf(Leases), async () => (await _other.SweepAsync()).Delivered.ShouldBe(1));

        var result = await _core.SweepAsync();

        result.Outcome.ShouldBe(SweepOutcome.Busy);
        result.RetryAt.ShouldBe(_core.Store.Clock.Earliest + _core.LeaseDuration);
        _core.Count(StoreOperation.Copy).ShouldBe(0);
    }

    [Fact]
    public async Task A_lease_whose_answer_was_lost_is_held_if_it_was_written()
    {
        _core.Seed(_core.Key(-Minute));
        _core.Store.After = Faults.Once(r => r.IsPutOf(Leases), () => throw Faults.Transient());

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1));
        (await _core.NewestLeaseAsync())!.State.ShouldBe(LeaseState.Closed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lease_whose_answer_was_lost_is_not_held_if_it_was_not_written_or_is_anothers(bool isAnothers)
    {
        _core.Seed(_core.Key(-Minute));
        _core.Store.Before = Faults.Once(r => r.IsPutOf(Leases), async () =>
        {
            if (isAnothers) await _other.SweepAsync();
            throw Faults.Transient();
        });

        (await _core.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Busy);
        _core.Count(StoreOperation.Copy).ShouldBe(0);
    }

    [Fact]
    public async Task A_process_that_was_stalled_and_wins_a_number_that_is_history_is_busy()
    {
        _core.Seed(_core.Key(-Minute, "1"));
        _core.Store.Before = Faults.Once(r => r.IsPutOf(Leases), async () =>
        {
            (await _other.SweepAsync()).Delivered.ShouldBe(1);
            _core.Seed(_core.Key(-Minute, "2"));
            (await _other.SweepAsync()).Delivered.ShouldBe(1); // and the first lease is gone
            _core.Seed(_core.Key(-Minute, "3"));
        });

        (await _core.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Busy);

        _core.Count(StoreOperation.Copy).ShouldBe(0);
        (await _core.NewestLeaseAsync())!.Number.ShouldBe(2);
        (await _other.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1)); // it has harmed nothing
        _core.LeaseCount.ShouldBe(1);
    }

    [Fact]
    public async Task Numbers_grow_and_old_leases_go_with_the_batch_of_the_next_sweep()
    {
        for (var n = 1; n <= 5; n++)
        {
            _core.Seed(_core.Key(-Minute, $"{n}"));
            var sweeper = n % 2 == 0 ? _core : _other;
            sweeper.Store.ForgetRequests();

            (await sweeper.SweepAsync()).Delivered.ShouldBe(1);

            var lease = (await _core.NewestLeaseAsync()).ShouldNotBeNull();
            (lease.Number, lease.State, _core.LeaseCount).ShouldBe((n, LeaseState.Closed, 1));
            sweeper.Store.Requests.Single(r => r.Operation == StoreOperation.Delete).Keys.Count.ShouldBe(n == 1 ? 1 : 2);
        }
    }

    [Fact]
    public async Task A_lease_that_can_not_be_closed_expires()
    {
        _core.Seed(_core.Key(-Minute));
        var writes = 0;
        _core.Store.Before = Faults.When(r => r.IsPutOf(Leases) && ++writes == 2, () => Faults.Transient());

        (await _core.SweepAsync()).Delivered.ShouldBe(1);
        _core.Log.Names.ShouldContain("LeaseNotClosed");

        _core.Seed(_core.Key(-Minute));
        (await _core.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Busy);
        _core.Time.Advance(31 * Second);
        (await _core.SweepAsync()).Delivered.ShouldBe(1);
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
    [InlineData("""{"number":1,"state":"open","owner":"a","nonce":"b","duration":"10000000.00:00:00","unresolved":[]}""")]
    public async Task What_nobody_wrote_as_a_lease_keeps_out_as_long_as_one_and_says_nothing(string content)
    {
        _core.Store.Seed(_core.Folder.Lease(7), content);
        _core.Seed(_core.Key(-Minute), id: "x");
        (await _core.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Busy);
        _core.Time.Advance(30 * Second);
        (await _core.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Busy);
        _core.Time.Advance(Second);

        (await _core.SweepAsync()).Delivered.ShouldBe(1);

        _core.Count(StoreOperation.Head).ShouldBe(1); // it looked first
        (await _core.NewestLeaseAsync())!.Number.ShouldBe(8);
    }
}
