namespace S3Scheduler.Api.Tests.Delivery;

public sealed class OldLeasesTests : CoreTests
{
    public override async ValueTask InitializeAsync() => await _core.StartedAsync();

    [Fact]
    public async Task Thousands_of_leases_that_killed_processes_left_are_deleted_by_the_next_three_sweeps()
    {
        for (var n = 1; n <= 2_500; n++) _core.Store.Seed(_core.Folder.Lease(n));
        _core.Time.Advance(2 * Minute);
        for (var sweep = 0; sweep < 3; sweep++)
        {
            var key = _core.Seed(_core.Key(-Second, $"{sweep}"));
            (await _core.SweepAsync()).Delivered.ShouldBe(1);
            _core.Delivered(key).ShouldBe("content");
        }

        _core.LeaseCount.ShouldBe(1);
    }
}
