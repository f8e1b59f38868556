using S3Scheduler.Api.Delivery.Pipeline;

namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>More is due than a sweep takes in hand at once.</summary>
public sealed class BacklogTests() : CoreTests(new(concurrency: 8))
{
    public override async ValueTask InitializeAsync() => await _core.SettledAsync();

    [Fact]
    public async Task Behind_250_000_schedules_that_are_held_back_another_bucket_is_served_in_the_same_sweep()
    {
        const int Held = 250_000;
        for (var n = 0; n < Held; n++) _core.Seed(_core.Key(-10 * Minute + n * Millisecond, $"{n}", "down"));
        var others = Enumerable.Range(0, 50).Select(n => _core.Seed(_core.Key(-Minute, $"{n}"))).ToList();
        _core.Store.Before = Faults.When(r => r.IsCopyTo("down"), () => Faults.Transient("SlowDown"));

        (await _core.SweepAsync()).Delivered.ShouldBe(others.Count);

        _core.Pending().Count.ShouldBe(Held);
        _core.Store.Requests.Count(r => r.IsCopyTo("down")).ShouldBeInRange(3, 8);
        _core.Count(StoreOperation.List).ShouldBeLessThan(2 * Held / 1000 + 10);
    }

    [Fact]
    public async Task Everything_of_one_bucket_is_delivered_once_though_it_is_more_than_one_bucket_may_have_in_hand()
    {
        const int Many = 25_000;
        for (var n = 0; n < Many; n++) _core.Seed(_core.Key(-Minute + n * Millisecond, $"{n}"));

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, Many));

        _core.Count(StoreOperation.Copy).ShouldBe(Many);
        _core.Count(StoreOperation.List).ShouldBeLessThan(2 * Many / 1000 + 10);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10_000)]
    public async Task More_schedules_for_one_destination_than_its_lane_holds_are_all_delivered_in_due_order(int others)
    {
        const int Same = 300;
        var keys = Enumerable.Range(0, Same)
            .Select(n => _core.Seed(_core.Key(-10 * Minute + n * Second, "same"), $"{n}")).ToList();
        for (var n = 0; n < others; n++) _core.Seed(_core.Key(-10 * Minute + n * 50 * Millisecond, $"{n}"));

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, Same + others));

        _core.Store.Requests.Where(r => r.IsCopyTo("reports") && r.Target!.Value.Key == "same").Select(r => r.Key)
            .ShouldBe(keys.Select(k => _core.Folder.Pending(k).Key));
        _core.Delivered(keys[^1]).ShouldBe($"{Same - 1}");
        _core.Count(StoreOperation.List).ShouldBeLessThan(2 * (Same + others) / 1000 + 30);
    }

    [Fact]
    public void A_sweep_has_at_most_20_000_schedules_in_hand_and_at_most_10_000_of_one_bucket()
    {
        var lanes = new Lanes(concurrency: 8, new DestinationBackoff(_core.Time, new Random(1)), _core.Time);
        lanes.LookBegins(1);
        foreach (var bucket in new[] { "one", "two", "three" })
            lanes.Offer(Enumerable.Range(0, 30_000).Select(n => Due(n, bucket)), look: 1);
        lanes.LookEnds(1);

        InHand("one").ShouldBe(10_000);
        InHand("two").ShouldBe(10_000);
        InHand("three").ShouldBe(100); // so that no bucket waits for another
        lanes.WantsLook.ShouldBeFalse();

        int InHand(string bucket) => lanes.Left().Count(l => l.Bucket == bucket && l.DueBy > DateTimeOffset.MinValue);
    }

    [Fact]
    public void What_is_due_later_waits_until_a_look_has_shown_again_what_was_passed_over()
    {
        const int ForwardLook = 0;
        var lanes = new Lanes(concurrency: 8, new DestinationBackoff(_core.Time, new Random(1)), _core.Time);
        var due = Enumerable.Range(0, 200).Select(n => Due(n, "reports", "same")).ToList();
        lanes.LookBegins(1);
        lanes.Offer(due[..150], look: 1);
        lanes.LookEnds(1);

        lanes.Offer(due[199..], ForwardLook);
        Delivered().ShouldBe(due[..100]); // there is no room for more

        lanes.WantsLook.ShouldBeTrue();
        lanes.LookBegins(2).ShouldBe(due[100].Key.DueAt);
        lanes.Offer(due[199..], ForwardLook);
        Delivered().ShouldBeEmpty();
        lanes.Offer(due[100..150], look: 2);
        lanes.LookEnds(2);
        lanes.Offer(due[199..], ForwardLook);
        Delivered().ShouldBe([.. due[100..150], due[199]]);
        lanes.IsEmpty.ShouldBeTrue();

        List<PendingSchedule> Delivered()
        {
            var delivered = new List<PendingSchedule>();
            while (lanes.TryStart() is { } lane)
            {
                delivered.Add(lane.Current!);
                lanes.CopyEnds(lane);
                lanes.Settle(lane);
            }

            return delivered;
        }
    }

    private PendingSchedule Due(int n, string bucket) => Due(n, bucket, $"{n}");

    private PendingSchedule Due(int n, string bucket, string name)
    {
        var key = _core.Key(-Minute + n * Millisecond, name, bucket);
        return new PendingSchedule(key, new ListedObject(_core.Folder.Pending(key).Key, 1, "etag", _core.Now));
    }
}
