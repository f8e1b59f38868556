namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>A lease that its own process could not close.</summary>
public sealed class OwnLeaseTests : CoreTests
{
    private const string Leases = "/.sweep/";

    public override async ValueTask InitializeAsync()
    {
        await _core.StartedAsync();
        await Other.StartedAsync();
    }

    [Fact]
    public async Task A_lease_that_cannot_be_closed_keeps_other_processes_out_until_it_expires_and_not_its_own()
    {
        _core.Seed(_core.Key(-Minute));
        var writes = 0;
        _core.Store.Before = Faults.When(r => r.IsPutOf(Leases) && ++writes is 2 or 4, () => Faults.Transient());

        (await _core.SweepAsync()).Delivered.ShouldBe(1);
        _core.Log.Names.ShouldContain("LeaseNotClosed");
        _core.Seed(_core.Key(-Minute));
        (await Other.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Busy);
        (await _core.SweepAsync()).Delivered.ShouldBe(1); // again not closed

        _core.Seed(_core.Key(-Minute));
        _core.Time.Advance(29 * Second);
        (await Other.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Busy);
        _core.Time.Advance(2 * Second);
        (await Other.SweepAsync()).Delivered.ShouldBe(1);
    }

    [Fact]
    public async Task After_its_own_lease_that_was_not_closed_a_process_looks_before_it_copies()
    {
        _core.Seed(_core.Key(-Minute), id: "x");
        var writes = 0;
        _core.Store.Before = Faults.When(r => r.IsPutOf(Leases) && ++writes == 2, () => Faults.Transient());
        _core.Store.After = Faults.When(Is(StoreOperation.Copy), () => Faults.Transient());
        (await _core.SweepAsync()).Delivered.ShouldBe(0);
        EndFaults();
        _core.Time.Advance(2 * Second); // the pause of the destination

        (await _core.SweepAsync()).Delivered.ShouldBe(1);

        _core.Count(StoreOperation.Copy).ShouldBe(1);
    }

    [Fact]
    public async Task A_process_whose_lease_could_not_be_verified_takes_the_next_one_at_once()
    {
        _core.Seed(_core.Key(-Minute));
        var isTaken = false;
        _core.Store.Before = request =>
        {
            if (isTaken && request.Operation == StoreOperation.List) throw Faults.Transient();
            isTaken |= request.IsPutOf(Leases);
            return Task.CompletedTask;
        };
        await Should.ThrowAsync<StoreException>(_core.SweepAsync);
        EndFaults();

        (await _core.SweepAsync()).Delivered.ShouldBe(1);
    }
}
