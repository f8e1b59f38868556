using S3Scheduler.Api.Delivery.Pipeline;
using S3Scheduler.Api.Tests.Delivery;

namespace S3Scheduler.Api.Tests.Telemetry;

/// <summary>What each process knows of what is due, without a request.</summary>
public sealed class BacklogGaugeTests : CoreTests
{
    private Measurements _measured = null!;

    private double? Age => _measured.Value("s3scheduler.backlog.oldest_due_age");

    private double? Pending => _measured.Value("s3scheduler.backlog.pending_due");

    public override async ValueTask InitializeAsync()
    {
        _measured = new Measurements(_core);
        (Age, Pending).ShouldBe((null, null)); // before the first look nothing is known
        await _core.SettledAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        _measured.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_process_that_another_keeps_out_knows_what_is_due_and_asks_for_nothing_more()
    {
        for (var n = 0; n < 3; n++) _core.Seed(_core.Key(-Minute + n * Second, $"{n}"), id: $"{n}");
        await CrashAsync(Other, Is(StoreOperation.Copy));
        (await _core.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Busy);
        _core.Store.ForgetRequests();

        Age.ShouldBe(60.25); // by the middle of the bounds of the store's time
        Pending.ShouldBe(3);

        _core.Time.Advance(10 * Second);
        Age!.Value.ShouldBe(70.25, tolerance: 0.1);
        _core.Store.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task It_knows_when_the_other_has_delivered_at_its_next_look()
    {
        _core.Seed(_core.Key(-Minute), id: "x");
        var gate = new Gate();
        Other.Store.Before = Faults.Once(Is(StoreOperation.Copy), gate.WaitAsync);
        var sweep = Other.SweepAsync();
        await gate.Reached;
        await _core.SweepAsync();
        Pending.ShouldBe(1);

        gate.Open();
        await sweep;
        (await _core.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Idle);

        (Age, Pending).ShouldBe((0, 0));
    }

    [Fact]
    public async Task The_process_that_sweeps_counts_what_it_has_in_hand_until_it_is_deleted()
    {
        for (var n = 0; n < 200; n++) _core.Seed(_core.Key(-Minute + n * Millisecond, $"{n}"));
        var gate = HoldAt(StoreOperation.Delete);
        var sweep = _core.SweepAsync();
        await gate.Reached;

        (Age, Pending).ShouldBe((60.25, 200));

        EndFaults();
        gate.Open();
        (await sweep).Delivered.ShouldBe(200);
        (Age, Pending).ShouldBe((0, 0));
    }

    [Fact]
    public async Task What_a_sweep_leaves_stays_in_the_count()
    {
        _core.Seed(_core.Key(-Minute));
        FailAll(Is(StoreOperation.Copy), () => Faults.Transient(), after: false);

        await _core.SweepAsync();

        (Age, Pending).ShouldBe((60.25, 1));
    }

    [Fact]
    public async Task What_falls_due_while_the_store_is_down_counts_without_a_look()
    {
        _core.Seed(_core.Key(5 * Second));
        await _core.SweepAsync();
        (Age, Pending).ShouldBe((0, 0));
        _core.Store.Before = Faults.When(_ => true, () => Faults.Transient());

        _core.Time.Advance(20 * Second);

        Age!.Value.ShouldBe(15.25, tolerance: 0.1);
        Pending.ShouldBe(1);
    }

    [Fact]
    public void What_a_sweep_has_no_room_for_is_counted_by_its_looks()
    {
        const int Forward = 0;
        var lanes = new Lanes(concurrency: 8, new DestinationBackoff(_core.Time, new Random(1)), _core.Time);
        var due = Enumerable.Range(0, 300).Select(Due).ToList();
        Look(1, due[..250]);
        lanes.Pending.ShouldBe((due[0].Key.DueAt, 250)); // a destination has room for 100

        lanes.Offer(due[250..], Forward);
        lanes.Pending.Count.ShouldBe(300);

        Settle(60);
        lanes.Pending.ShouldBe((due[60].Key.DueAt, 240));

        Look(2, due[100..]);
        lanes.Pending.Count.ShouldBe(240);

        void Look(int number, IEnumerable<PendingSchedule> shown)
        {
            lanes.LookBegins(number);
            lanes.Offer(shown, number);
            lanes.LookEnds(number);
        }

        void Settle(int count)
        {
            for (var n = 0; n < count; n++)
            {
                var lane = lanes.TryStart().ShouldNotBeNull();
                lanes.CopyEnds(lane);
                lanes.Settle(lane);
            }
        }
    }

    private PendingSchedule Due(int n)
    {
        var key = _core.Key(-Minute + n * Millisecond, "same");
        return new PendingSchedule(key, new ListedObject(_core.Folder.Pending(key).Key, 0, "", _core.Now));
    }
}
