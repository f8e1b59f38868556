using S3Scheduler.Api.Delivery.Listing;

namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>How long a sweep may copy.</summary>
public sealed class LeaseRenewalTests : RenewalTests
{
    private const string OtherLease =
        """{"number":3,"state":"open","owner":"other","nonce":"x","duration":"00:00:30","unresolved":null}""";

    [Fact]
    public async Task A_long_sweep_renews_its_lease_at_a_third_of_its_duration_and_verifies_it()
    {
        Seed(2);
        DuringFirstCopy(() =>
        {
            _core.Time.Advance(9.9 * Second);
            _core.Count(StoreOperation.List).ShouldBe(3);
            _core.Time.Advance(0.2 * Second);
            _core.Store.Requests.TakeLast(2).Select(r => (r.Operation, r.Key))
                .ShouldBe([
                    (StoreOperation.Put, _core.Folder.Lease(3).Key), (StoreOperation.List, _core.Folder.BeforeLeases)]);
        });

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 2));

        var lease = (await _core.NewestLeaseAsync()).ShouldNotBeNull();
        (lease.Number, lease.State).ShouldBe((3, LeaseState.Closed));
    }

    [Fact]
    public async Task A_sweep_over_many_pages_excludes_other_processes_until_it_ends()
    {
        using var core = await new Core(concurrency: 8).SettledAsync();
        using var other = core.AnotherProcess();
        for (var n = 0; n < 4_000; n++) core.Seed(core.Key(-Minute + n * Millisecond, $"{n}"));
        core.Store.Before = request => request.Operation == StoreOperation.Copy
            ? Task.Delay(50 * Millisecond, core.Time) : Task.CompletedTask;

        var sweep = core.StartSweep(); // two copies at a time, so it takes 100 seconds
        while (!sweep.IsCompleted)
        {
            await core.Time.RunAsync(3.1 * Second);
            // It is idle after the last delete.
            (await other.SweepAsync()).Outcome.ShouldBeOneOf(SweepOutcome.Busy, SweepOutcome.Idle);
        }

        (await sweep).ShouldBe(new SweepResult(SweepOutcome.Swept, 4_000));
        other.Count(StoreOperation.Copy).ShouldBe(0);
        core.Store.Keys("reports").Count.ShouldBe(4_000);
        (await core.NewestLeaseAsync())!.Number.ShouldBeInRange(2 + 9, 2 + 11);
        core.Store.Before = null;
        core.Seed(core.Key(-Minute));
        (await other.SweepAsync()).Delivered.ShouldBe(1);
        core.LeaseCount.ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_multipart_copy_is_not_committed_after_the_lease_has_expired(bool fails)
    {
        Seed(1);
        _core.Store.CopiesInParts = true;
        if (fails) _core.Store.Missing.Add("reports");
        // While the machine sleeps, no timer fires and the lease is not renewed.
        _core.Store.Before = AtFirst(
            r => r.IsCopyTo(fails ? Core.Bucket : "reports"), () => _core.Time.Sleep(Minute));

        var sweep = _core.StartSweep();
        await _core.Time.RunAsync(9 * Second);
        _core.Store.Keys("reports").ShouldBeEmpty();
        FailedKeys().ShouldBeEmpty();
        _core.Pending().Count.ShouldBe(1);

        await _core.Time.RunAsync(2 * Second); // the lease is renewed
        (await sweep).ShouldBe(new SweepResult(SweepOutcome.Swept, fails ? 0 : 1, fails ? 1 : 0));
    }

    [Theory]
    [InlineData("refused")]
    [InlineData("number taken")]
    [InlineData("number taken in an outage")]
    [InlineData("outdated number")]
    public async Task Without_a_renewed_lease_no_more_copies_start(string why)
    {
        Seed(3);
        DuringFirstCopy(() =>
        {
            if (why.StartsWith("number taken", StringComparison.Ordinal))
                _core.Store.Seed(_core.Folder.Lease(3), OtherLease);
            if (why == "outdated number") _core.Store.Seed(_core.Folder.Lease(4));
            if (why is "refused" or "number taken in an outage")
                _core.Store.Before = Faults.When(
                    r => r.IsPutOf(Leases) && r.Key == _core.Folder.Lease(3).Key,
                    () => why == "refused" ? Faults.Permanent("AccessDenied") : Faults.Transient());
            _core.Time.Advance(11 * Second);
        });

        var result = await _core.SweepAsync();

        (result.Outcome, result.Delivered).ShouldBe((SweepOutcome.Swept, 1)); // the copied schedule is deleted
        result.RetryAt.ShouldNotBeNull();
        _core.Pending().Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_sweep_waits_for_a_slow_renewal_and_then_continues()
    {
        Seed(3);
        var gate = new Gate();
        DuringFirstCopy(() =>
        {
            _core.Store.After = Faults.Once(r => r.Key == _core.Folder.Lease(3).Key, gate.WaitAsync);
            _core.Time.Advance(22 * Second); // two thirds of the lease are over
        });

        var sweep = _core.StartSweep();
        await _core.Time.RunAsync(Second);
        _core.Count(StoreOperation.Copy).ShouldBe(1);
        gate.Open();
        await _core.Time.RunAsync(Second);

        (await sweep).ShouldBe(new SweepResult(SweepOutcome.Swept, 3));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_copy_starts_during_a_renewal(bool stops)
    {
        var (lease, keeping, gate) = await RenewAsync(CancellationToken.None);
        using var stop = new CancellationTokenSource();

        var renewal = lease.RenewalAsync(stop.Token); // each copy waits for it
        lease.MayCopy.ShouldBeTrue();
        renewal.IsCompleted.ShouldBeFalse();
        if (stops) await stop.CancelAsync();
        else gate.Open();

        await renewal;
        lease.MayCopy.ShouldBeTrue();
        gate.Open().ShouldBe(stops);
        keeping.IsCompleted.ShouldBeFalse();
    }

    [Theory]
    [InlineData(19, true)]
    [InlineData(20, false)]
    public async Task The_lease_duration_starts_before_the_request_for_the_lease(int seconds, bool mayCopy)
    {
        _core.Store.After = AtFirst(r => r.IsPutOf(Leases), () => _core.Time.Advance(seconds * Second));

        (await TakeAsync()).MayCopy.ShouldBe(mayCopy);
    }

    [Fact]
    public async Task A_lease_that_was_long_in_coming_is_renewed_before_anything_is_copied()
    {
        Seed(1);
        _core.Store.After = AtFirst(r => r.IsPutOf(Leases), () => _core.Time.Advance(20 * Second));

        (await _core.SweepAsync()).Delivered.ShouldBe(1);

        var requests = _core.Store.Requests.Select(r => (r.Operation, r.Key)).ToList();
        requests.IndexOf((StoreOperation.Put, _core.Folder.Lease(3).Key)).ShouldBeInRange(
            0, requests.FindIndex(r => r.Operation == StoreOperation.Copy));
    }

    [Fact]
    public async Task After_sleeping_past_two_thirds_of_the_lease_no_copy_starts_until_it_is_renewed()
    {
        Seed(2);
        DuringFirstCopy(() => _core.Time.Sleep(20 * Second)); // no timer fires during the sleep

        var sweep = _core.StartSweep();
        await _core.Time.RunAsync(9 * Second);
        _core.Count(StoreOperation.Copy).ShouldBe(1);

        await _core.Time.RunAsync(2 * Second);
        (await sweep).Delivered.ShouldBe(2);
        (await _core.NewestLeaseAsync())!.Number.ShouldBe(3);
    }

    [Fact]
    public async Task A_renewal_that_is_running_when_the_sweep_ends_is_closed_too()
    {
        using var over = new CancellationTokenSource();
        var (lease, keeping, gate) = await RenewAsync(over.Token);

        await over.CancelAsync();
        gate.Open();
        await keeping;
        await lease.CloseAsync(new([], DateTimeOffset.MinValue), DateTimeOffset.MaxValue, Core.Cancellation);

        var newest = (await _core.NewestLeaseAsync()).ShouldNotBeNull();
        (newest.Number, newest.State).ShouldBe((3, LeaseState.Closed));
    }

    [Fact]
    public async Task Other_objects_in_the_lease_folder_are_ignored()
    {
        Seed(2);
        _core.Store.Seed(new ObjectAddress(Core.Bucket, _core.Folder.LeasePrefix)); // a folder marker
        DuringFirstCopy(() => _core.Time.Advance(11 * Second));

        (await _core.SweepAsync()).Delivered.ShouldBe(2);
        (await _core.NewestLeaseAsync())!.Number.ShouldBe(3);
    }

    // A third of the lease is over, and its renewal is stored but has no response yet.
    private async Task<(SweepLease Lease, Task Keeping, Gate Gate)> RenewAsync(CancellationToken over)
    {
        var lease = await TakeAsync();
        var gate = new Gate();
        _core.Store.After = Faults.Once(r => r.IsPutOf(Leases), gate.WaitAsync);
        var keeping = lease.KeepAsync(over, Core.Cancellation);
        _core.Time.Advance(10 * Second);
        await gate.Reached;
        return (lease, keeping, gate);
    }

    private async Task<SweepLease> TakeAsync()
    {
        var page = await SweepPage.ReadFirstAsync(_core.Store, _core.Folder, SweepPage.Size, Core.Cancellation);
        return (await _core.Leases.TryTakeAsync(page, Core.Cancellation)).Lease.ShouldNotBeNull();
    }
}
