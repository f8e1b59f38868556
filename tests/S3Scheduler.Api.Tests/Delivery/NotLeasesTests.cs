using Microsoft.Extensions.Logging;

namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>Objects of others in the folder of the leases, whose names come before those of the real ones.</summary>
public sealed class NotLeasesTests : CoreTests
{
    public override async ValueTask InitializeAsync() => await _core.SettledAsync(); // lease 1

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(999)]
    public async Task Fewer_than_1000_are_passed_over_and_the_log_says_so_once(int count)
    {
        Seed(count);
        for (var sweep = 0; sweep < 3; sweep++)
        {
            var key = _core.Seed(_core.Key(-Second, $"{sweep}"));
            (await _core.SweepAsync()).Delivered.ShouldBe(1);
            _core.Delivered(key).ShouldBe("content");
        }

        (await LeaseAsync(4)).State.ShouldBe(LeaseState.Closed);
        _core.Log.From(LogLevel.Warning).ShouldBe(["NotLeases"]);
        _core.Health.Problems().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_lease_among_them_keeps_others_out_and_is_renewed()
    {
        Seed(40);
        _core.Seed(_core.Key(-Second));
        var isOut = false;
        _core.Store.Before = AtFirst(Is(StoreOperation.Copy), () =>
        {
            _core.Time.Advance(10.1 * Second);
            isOut = Other.SweepAsync().GetAwaiter().GetResult().Outcome == SweepOutcome.Busy;
        });

        (await _core.SweepAsync()).Delivered.ShouldBe(1);

        isOut.ShouldBeTrue();
        (await LeaseAsync(3)).State.ShouldBe(LeaseState.Closed);
    }

    [Fact]
    public async Task A_thousand_of_them_stop_the_sweeps_and_log_and_health_say_so_until_they_are_deleted()
    {
        Seed(1000);
        _core.Seed(_core.Key(-Second));
        await StartWorkerAsync();

        await _core.Time.RunAsync(10 * Second);
        _core.Log.Fields("SweepFailed").ShouldHaveSingleItem()["Code"].ShouldBe("LeasesHidden");
        _core.Health.Problems().ShouldHaveSingleItem().ShouldContain("LeasesHidden");
        _core.Pending().Count.ShouldBe(1);

        foreach (var name in Names(1)) _core.Store.Remove(new ObjectAddress(Core.Bucket, name));
        await _core.Time.RunAsync(Minute);
        _core.Pending().ShouldBeEmpty();
        _core.Health.Problems().ShouldBeEmpty();
    }

    private async Task<LeaseRecord> LeaseAsync(long number) =>
        (await LeaseRecord.ReadAsync(_core.Store, _core.Folder.Lease(number), Core.Cancellation)).ShouldNotBeNull();

    private void Seed(int count)
    {
        foreach (var name in Names(count)) _core.Store.Seed(new ObjectAddress(Core.Bucket, name));
    }

    private IEnumerable<string> Names(int count) =>
        Enumerable.Range(0, count).Select(n => $"{_core.Folder.LeasePrefix}5-{n:D4}");
}
