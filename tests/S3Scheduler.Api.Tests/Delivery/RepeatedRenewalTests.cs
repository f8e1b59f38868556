namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>Renewals of a lease that the store does not answer.</summary>
public sealed class RepeatedRenewalTests : RenewalTests
{
    [Theory]
    [InlineData("not stored")]
    [InlineData("stored without a response")]
    [InlineData("out of reach")]
    [InlineData("not verified")]
    public async Task A_renewal_that_gets_no_response_is_tried_again_and_no_copy_starts_meanwhile(string why)
    {
        Seed(3);
        var isDown = true;
        DuringFirstCopy(() =>
        {
            FailAll(
                r => isDown && (why == "not verified" ? r.Operation == StoreOperation.List
                    : r.Key == _core.Folder.Lease(3).Key && (why != "not stored" || r.IsPutOf(Leases))),
                () => Faults.Transient(), after: why == "stored without a response");
            _core.Time.Advance(10 * Second);
        });

        var sweep = _core.StartSweep();
        await _core.Time.RunAsync(Minute); // longer than the lease
        _core.Count(StoreOperation.Copy).ShouldBe(1);
        isDown = false;
        for (var n = 0; n < 5 && !sweep.IsCompleted; n++) await _core.Time.RunAsync(Second);

        sweep.IsCompleted.ShouldBeTrue();
        (await sweep).ShouldBe(new SweepResult(SweepOutcome.Swept, 3));
        var lease = (await _core.NewestLeaseAsync()).ShouldNotBeNull();
        lease.State.ShouldBe(LeaseState.Closed);
        _core.Log.Names.Count(name => name == "LeaseNotRenewedYet").ShouldBe(1);
        _core.Log.Names.ShouldNotContain("LeaseNotRenewed");
    }

    [Fact]
    public async Task A_sweep_ends_although_its_lease_cannot_be_renewed()
    {
        Seed(1);
        DuringFirstCopy(() =>
        {
            FailAll(r => r.Key == _core.Folder.Lease(3).Key, () => Faults.Transient(), after: false);
            _core.Time.Advance(10 * Second);
        });

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1));
        (await _core.NewestLeaseAsync())!.State.ShouldBe(LeaseState.Closed);
    }

    [Fact]
    public async Task A_renewal_that_cannot_be_verified_is_closed_too()
    {
        Seed(1);
        DuringFirstCopy(() =>
        {
            _core.Store.Before = Faults.When(Is(StoreOperation.List), () => Faults.Transient());
            _core.Time.Advance(10 * Second);
        });

        (await _core.SweepAsync()).Delivered.ShouldBe(1);
        var lease = (await _core.NewestLeaseAsync()).ShouldNotBeNull();
        (lease.Number, lease.State).ShouldBe((3, LeaseState.Closed));
        _core.Log.Names.ShouldContain("LeaseNotRenewedYet");
    }
}
