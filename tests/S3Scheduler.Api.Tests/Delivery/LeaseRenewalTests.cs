using S3Scheduler.Api.Delivery.Listing;

namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>How long a sweep may go on copying.</summary>
public sealed class LeaseRenewalTests : IAsyncLifetime
{
    private const string Leases = "/.sweep/";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // One copy after the other.
    private readonly Core _core = new(concurrency: 1);

    public async ValueTask InitializeAsync() => await _core.SettledAsync(); // that was number 1

    public ValueTask DisposeAsync()
    {
        _core.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_long_sweep_renews_its_lease_at_a_third_of_its_duration_and_verifies_it()
    {
        Seed(2);
        DuringFirstCopy(() =>
        {
            _core.Time.Advance(9.9 * Second);
            _core.Count(StoreOperation.List).ShouldBe(2);
            _core.Time.Advance(0.2 * Second);
            _core.Store.Requests.TakeLast(2).Select(r => (r.Operation, r.Key))
                .ShouldBe([(StoreOperation.Put, _core.Folder.Lease(3).Key), (StoreOperation.List, _core.Folder.BeforeLeases)]);
        });

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 2));

        var lease = (await _core.NewestLeaseAsync()).ShouldNotBeNull();
        (lease.Number, lease.State).ShouldBe((3, LeaseState.Closed));
    }

    [Fact]
    public async Task A_huge_sweep_over_many_pages_keeps_others_out_from_its_beginning_to_its_end()
    {
        using var core = await new Core(concurrency: 8).SettledAsync();
        using var other = core.AnotherProcess();
        for (var n = 0; n < 10_000; n++) core.Seed(core.Key(-Minute + TimeSpan.FromMilliseconds(n), $"{n}"));
        core.Store.After = async request =>
        {
            if (request.Operation != StoreOperation.Delete) return;
            core.Time.Advance(19 * Second);
            (await other.SweepAsync()).Outcome.ShouldBeOneOf(SweepOutcome.Busy, SweepOutcome.Idle); // the last time, nothing is left
        };

        (await core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 10_000));

        other.Count(StoreOperation.Copy).ShouldBe(0);
        core.Store.Keys("reports").Count.ShouldBe(10_000);
        (await core.NewestLeaseAsync())!.Number.ShouldBe(1 + 1 + (11 * 19 / 10));
        core.Seed(core.Key(-Minute));
        (await other.SweepAsync()).Delivered.ShouldBe(1);
        core.LeaseCount.ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_copy_in_parts_is_not_ended_once_its_lease_is_over(bool fails)
    {
        Seed(1);
        _core.Store.CopiesInParts = true;
        if (fails) _core.Store.Missing.Add("reports");
        _core.Store.Before = request =>
        {
            // The machine sleeps: no renewal, and no timer either.
            if (request.Operation == StoreOperation.Copy && request.Target!.Value.Bucket == (fails ? Core.Bucket : "reports"))
                _core.Time.Sleep(Minute);
            return Task.CompletedTask;
        };

        await _core.SweepAsync();

        _core.Store.Keys("reports").ShouldBeEmpty();
        _core.Store.Keys(Core.Bucket).ShouldNotContain(key => key.Contains("/.failed/", StringComparison.Ordinal));
        _core.Pending().Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("no answer")]
    [InlineData("refused")]
    [InlineData("number taken")]
    [InlineData("not verified")]
    [InlineData("history")]
    public async Task Where_it_is_not_renewed_no_more_copies_are_started(string why)
    {
        Seed(3);
        var lists = 0;
        DuringFirstCopy(() =>
        {
            if (why == "number taken") _core.Store.Seed(_core.Folder.Lease(3));
            if (why == "history") _core.Store.Seed(_core.Folder.Lease(4));
            _core.Store.Before = Faults.When(
                r => why switch
                {
                    "no answer" or "refused" => r.IsPutOf(Leases) && r.Key == _core.Folder.Lease(3).Key,
                    "not verified" => r.Operation == StoreOperation.List && lists++ == 0,
                    _ => false,
                },
                () => why == "refused" ? Faults.Permanent("AccessDenied") : Faults.Transient());
            _core.Time.Advance(11 * Second);
        });

        var result = await _core.SweepAsync();

        (result.Outcome, result.Delivered).ShouldBe((SweepOutcome.Swept, 1)); // and what was copied is deleted
        result.RetryAt.ShouldNotBeNull();
        _core.Pending().Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_sweep_waits_for_a_renewal_that_is_answered_late_and_goes_on()
    {
        Seed(3);
        var (asked, answered) = (Signal(), Signal());
        DuringFirstCopy(() =>
        {
            _core.Store.After = Faults.Once(r => r.Key == _core.Folder.Lease(3).Key, () => Reach(asked, answered));
            _core.Time.Advance(22 * Second); // two thirds of the lease are over
        });

        var sweep = _core.SweepAsync();
        await asked.Task;
        answered.SetResult();

        (await sweep).ShouldBe(new SweepResult(SweepOutcome.Swept, 3));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_copy_starts_while_a_renewal_is_under_way(bool stops)
    {
        var (lease, keeping, answered) = await RenewAsync(CancellationToken.None);
        using var stop = new CancellationTokenSource();

        var copies = lease.MayCopyAsync(stop.Token);
        lease.MayCopy.ShouldBeTrue();
        copies.IsCompleted.ShouldBeFalse();
        if (stops) await stop.CancelAsync();
        else answered.SetResult();

        (await copies).ShouldBeTrue();
        answered.TrySetResult().ShouldBe(stops);
        keeping.IsCompleted.ShouldBeFalse();
    }

    [Theory]
    [InlineData(19, 1)]
    [InlineData(20, 0)]
    public async Task The_lease_counts_from_before_it_was_asked_for(int seconds, int delivered)
    {
        Seed(1);
        _core.Store.After = Faults.Once(r => r.IsPutOf(Leases), () =>
        {
            _core.Time.Advance(seconds * Second);
            return Task.CompletedTask;
        });

        (await _core.SweepAsync()).Delivered.ShouldBe(delivered);
        _core.Count(StoreOperation.Copy).ShouldBe(delivered);
    }

    [Fact]
    public async Task A_machine_that_slept_past_two_thirds_starts_no_more_copies()
    {
        Seed(2);
        DuringFirstCopy(() => _core.Time.Sleep(20 * Second)); // no timer fires meanwhile

        (await _core.SweepAsync()).Delivered.ShouldBe(1);
        (await _core.SweepAsync()).Delivered.ShouldBe(1);
    }

    [Fact]
    public async Task A_renewal_under_way_when_the_sweep_ends_keeps_nobody_out_afterwards()
    {
        using var over = new CancellationTokenSource();
        var (lease, keeping, answered) = await RenewAsync(over.Token);

        await over.CancelAsync();
        answered.SetResult();
        await keeping;
        await lease.CloseAsync([], isWhole: true, Core.Cancellation);

        var newest = (await _core.NewestLeaseAsync()).ShouldNotBeNull();
        (newest.Number, newest.State).ShouldBe((3, LeaseState.Closed));
    }

    [Fact]
    public async Task A_renewal_that_can_not_be_verified_is_closed_all_the_same()
    {
        Seed(1);
        DuringFirstCopy(() =>
        {
            _core.Store.Before = Faults.Once(r => r.Operation == StoreOperation.List, () => throw Faults.Transient());
            _core.Time.Advance(10 * Second);
        });

        (await _core.SweepAsync()).Delivered.ShouldBe(1);
        (await _core.NewestLeaseAsync())!.State.ShouldBe(LeaseState.Closed);
        _core.Log.Names.ShouldContain("LeaseNotRenewed");
    }

    [Fact]
    public async Task What_is_no_lease_in_the_folder_of_leases_is_no_hindrance()
    {
        Seed(2);
        _core.Store.Seed(new ObjectAddress(Core.Bucket, _core.Folder.BeforeLeases)); // some tools mark a folder so
        DuringFirstCopy(() => _core.Time.Advance(11 * Second));

        (await _core.SweepAsync()).Delivered.ShouldBe(2);
        (await _core.NewestLeaseAsync())!.Number.ShouldBe(3);
    }

    // A third of the lease is over, and its renewal is stored but not answered.
    private async Task<(SweepLease Lease, Task Keeping, TaskCompletionSource Answered)> RenewAsync(CancellationToken over)
    {
        var page = await SweepPage.ReadAsync(_core.Store, _core.Folder, _core.Folder.BeforeLeases, Core.Cancellation);
        var lease = (await _core.Leases.TryTakeAsync(page, Core.Cancellation)).Lease.ShouldNotBeNull();
        var (asked, answered) = (Signal(), Signal());
        _core.Store.After = Faults.Once(r => r.IsPutOf(Leases), () => Reach(asked, answered));
        var keeping = lease.KeepAsync(over, Core.Cancellation);
        _core.Time.Advance(10 * Second);
        await asked.Task;
        return (lease, keeping, answered);
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static Task Reach(TaskCompletionSource reached, TaskCompletionSource go)
    {
        reached.SetResult();
        return go.Task;
    }

    private void Seed(int count)
    {
        for (var n = 0; n < count; n++) _core.Seed(_core.Key(-Minute + n * Second, $"{n}"), id: $"{n}");
    }

    private void DuringFirstCopy(Action act) => _core.Store.After = Faults.Once(r => r.Operation == StoreOperation.Copy, () =>
    {
        act();
        return Task.CompletedTask;
    });
}
