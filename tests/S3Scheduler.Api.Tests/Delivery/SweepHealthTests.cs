namespace S3Scheduler.Api.Tests.Delivery;

public sealed class SweepHealthTests : CoreTests
{
    public override async ValueTask InitializeAsync() => await _core.StartedAsync();

    [Fact]
    public async Task Deletes_that_the_store_refuses_are_a_problem_until_it_takes_them()
    {
        _core.Health.Problems().ShouldBeEmpty();
        _core.Seed(_core.Key(-Second), id: "x");
        _core.Store.RefusesDelete = _ => "AccessDenied";
        await _core.SweepAsync();

        _core.Health.Problems().ShouldHaveSingleItem().ShouldContain("s3:DeleteObject");

        _core.Store.RefusesDelete = _ => null;
        _core.Time.Advance(Second);
        await _core.SweepAsync();
        _core.Pending().ShouldBeEmpty();
        _core.Health.Problems().ShouldBeEmpty();
    }

    [Fact]
    public void A_clock_in_doubt_is_a_problem()
    {
        _core.Store.Clock.Observe(_core.Now.AddYears(1), _core.Store.Clock.Read());

        _core.Health.Problems().ShouldHaveSingleItem().ShouldContain("disagree about its time");
    }

    [Fact]
    public async Task A_sweep_that_fails_is_a_problem_until_one_succeeds()
    {
        _core.Seed(_core.Key(-Second), id: "x");
        _core.Store.Before = Faults.When(r => r.IsPutOf("/.sweep/"), () => Faults.Permanent("AccessDenied"));
        await Should.ThrowAsync<StoreException>(_core.SweepAsync);

        _core.Health.Problems().ShouldHaveSingleItem().ShouldContain("failed (AccessDenied)");

        EndFaults();
        (await _core.SweepAsync()).Delivered.ShouldBe(1);
        _core.Health.Problems().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_sweep_that_waits_for_its_lease_for_more_than_5_seconds_is_a_problem()
    {
        _core.Seed(_core.Key(-Second), id: "x");
        var gate = HoldAt(StoreOperation.Put);
        var sweep = _core.StartSweep();
        await gate.Reached;
        _core.Time.Advance(5 * Second);
        _core.Health.Problems().ShouldBeEmpty();

        _core.Time.Advance(Second);

        _core.Health.Problems().ShouldHaveSingleItem().ShouldContain("waits for the store's answers");
        gate.Open();
        (await sweep).Delivered.ShouldBe(1);
        _core.Health.Problems().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_due_for_more_than_a_minute_and_not_under_way_is_a_problem()
    {
        _core.Seed(_core.Key(-Second), id: "x");
        await CrashAsync(Other, Is(StoreOperation.Copy));
        await _core.SweepAsync(); // the lease of the other keeps it out
        _core.Health.Problems().ShouldBeEmpty();

        _core.Time.Advance(Minute);

        _core.Health.Problems().ShouldHaveSingleItem().ShouldContain("are not under way");
        await _core.SweepAsync();
        _core.Time.Advance(2 * Second);
        await _core.SweepAsync();
        _core.Health.Problems().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_worker_that_has_not_looked_for_two_minutes_more_than_its_interval_is_stuck()
    {
        await StartWorkerAsync();
        var gate = HoldAt(StoreOperation.List);
        await _core.Time.RunAsync(3 * Minute);
        _core.Health.IsStuck.ShouldBeFalse();

        await _core.Time.RunAsync(Second);

        _core.Health.IsStuck.ShouldBeTrue();
        gate.Open();
        await _core.Time.RunAsync(Second);
        _core.Health.IsStuck.ShouldBeFalse();
    }

    [Fact]
    public async Task Without_a_worker_no_pause_is_too_long()
    {
        await _core.SweepAsync();
        _core.Time.Advance(TimeSpan.FromDays(1));

        _core.Health.IsStuck.ShouldBeFalse();
    }
}
