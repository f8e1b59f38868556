using S3Scheduler.Api.Telemetry;
using S3Scheduler.Api.Tests.Delivery;

namespace S3Scheduler.Api.Tests.Telemetry;

/// <summary>A known run, and what OpenTelemetry's exporter gets of it.</summary>
public sealed class MetricsTests : CoreTests
{
    private const string Deliveries = "s3scheduler.deliveries";
    private const string Lateness = "s3scheduler.delivery.lateness";
    private const string SweepDuration = "s3scheduler.sweep.duration";
    private const string LeasesLost = "s3scheduler.leases.lost";
    private const string FailedByCode = "s3scheduler.failed";

    // The store's Date has whole seconds, so its time is known to a quarter of a second before or after.
    private static readonly TimeSpan JustDue = -Second / 4;

    private Measurements _measured = null!;

    public override async ValueTask InitializeAsync()
    {
        await _core.SettledAsync();
        _measured = new Measurements(_core); // the start is not counted
    }

    public override async ValueTask DisposeAsync()
    {
        _measured.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Thirty_delivered_five_failed_two_late_and_a_lost_lease_are_counted_exactly()
    {
        for (var n = 0; n < 27; n++) _core.Seed(_core.Key(JustDue, $"{n}", n < 20 ? "reports" : "exports"));
        for (var n = 0; n < 2; n++) _core.Seed(_core.Key(-10 * Second, $"late-{n}"));
        for (var n = 0; n < 5; n++) _core.Seed(_core.Key(JustDue, $"{n}", "missing"));
        _core.Store.Missing.Add("missing");
        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 29, 5));
        await LoseLeaseAsync();

        _measured.Values(Deliveries).ShouldBe(new Dictionary<string, double>
        {
            ["bucket=exports outcome=delivered"] = 7,
            ["bucket=reports outcome=delivered"] = 23,
            ["bucket=missing outcome=failed"] = 5,
        }, ignoreOrder: true);
        _measured.Values(FailedByCode).ShouldBe(new Dictionary<string, double> { ["code=NoSuchBucket"] = 5 });
        _measured.Values(LeasesLost).ShouldBe(new Dictionary<string, double> { [""] = 1 });
        _measured.Counts(SweepDuration).ShouldBe(new Dictionary<string, long> { [""] = 2 });
        _measured.Buckets(Lateness).Where(b => b.Count > 0).ShouldBe([(0.5, 27), (30, 3)]);
    }

    [Fact]
    public async Task Each_instrument_has_its_unit_and_its_attributes()
    {
        _core.Seed(_core.Key(JustDue));
        _core.Seed(_core.Key(JustDue, bucket: "missing"));
        _core.Store.Missing.Add("missing");
        await _core.SweepAsync();
        await LoseLeaseAsync();
        _core.Metrics.ScheduleCreated();
        _core.Metrics.SchedulesCancelled(1);
        _core.Metrics.RequestEnded("put", "ok", Second);

        _measured.Read().Values.Select(m => $"{m.Name} [{m.Unit}]").Order(StringComparer.Ordinal).ShouldBe([
            "s3scheduler.backlog.oldest_due_age [s]", "s3scheduler.backlog.pending_due [{schedule}]",
            "s3scheduler.deliveries [{delivery}]", "s3scheduler.delivery.lateness [s]",
            "s3scheduler.failed [{schedule}]", "s3scheduler.leases.lost [{lease}]",
            "s3scheduler.schedules.cancelled [{schedule}]", "s3scheduler.schedules.created [{schedule}]",
            "s3scheduler.store.request.duration [s]", "s3scheduler.sweep.duration [s]"]);
        _measured.Read().Values.ShouldAllBe(m => m.Description.Length > 0);
        _measured.Counts("s3scheduler.store.request.duration").Keys.ShouldBe(["operation=put outcome=ok"]);
        var bounds = _measured.Buckets(Lateness).Select(b => b.Bound).ToList();
        (bounds[0], bounds[^2]).ShouldBe((0.05, 3600));
    }

    [Fact]
    public async Task A_thousand_destination_buckets_make_a_hundred_series_and_one_for_all_others()
    {
        for (var n = 0; n < 1_000; n++) _core.Seed(_core.Key(JustDue, bucket: $"bucket-{n}"));

        (await _core.SweepAsync()).Delivered.ShouldBe(1_000);

        var values = _measured.Values(Deliveries);
        // The delivery at the start was to the first of the hundred.
        values.Count.ShouldBe(99 + 1);
        values["bucket=other outcome=delivered"].ShouldBe(901);
        values.Values.Sum().ShouldBe(1_000);
    }

    [Fact]
    public void Error_codes_are_bounded_too()
    {
        for (var n = 0; n < 1_000; n++) _core.Metrics.Failed($"Code{n}");

        _measured.Values(FailedByCode)["code=other"].ShouldBe(900);
        _measured.Values(FailedByCode).Count.ShouldBe(101);
    }

    [Fact]
    public async Task Requests_to_the_store_are_measured_by_operation_and_outcome()
    {
        var store = MeasuredStore.Of(_core.Store, _core.Metrics, _core.Traces, _core.Time);
        store.ShouldBeAssignableTo<IPresignedUrls>();
        var at = new ObjectAddress("reports", "a");
        await store.HeadAsync(at, Core.Cancellation);
        await FailAsync(Faults.Permanent("AccessDenied"), () => store.GetAsync(at, Core.Cancellation));
        await FailAsync(Faults.Transient(), () => store.DeleteAsync("reports", [new("a")], Core.Cancellation));
        await FailAsync(new IOException("Cut off."), () => store.ListAsync("reports", "", "", 1, Core.Cancellation));

        _measured.Counts("s3scheduler.store.request.duration").ShouldBe(new Dictionary<string, long>
        {
            ["operation=head outcome=ok"] = 1,
            ["operation=get outcome=permanent"] = 1,
            ["operation=delete outcome=transient"] = 1,
            ["operation=list outcome=aborted"] = 1,
        }, ignoreOrder: true);

        Task FailAsync(Exception fault, Func<Task> ask)
        {
            _core.Store.Before = Faults.When(_ => true, () => fault);
            return Should.ThrowAsync(ask, fault.GetType());
        }
    }

    [Fact]
    public async Task What_stays_pending_counts_as_a_try_and_has_no_lateness()
    {
        _core.Seed(_core.Key(JustDue));
        FailAll(Is(StoreOperation.Copy), () => Faults.Transient(), after: false);

        await _core.SweepAsync();

        _measured.Values(Deliveries).Keys.ShouldBe(["bucket=reports outcome=unresolved"]);
        _measured.Read().Keys.ShouldNotContain(Lateness);
        _measured.Read().Keys.ShouldNotContain(FailedByCode);
    }

    [Fact]
    public async Task A_copy_that_an_earlier_sweep_made_is_delivered_and_says_nothing_of_lateness()
    {
        var key = _core.Seed(_core.Key(-Second), id: "x");
        await CrashAsync(Other, Is(StoreOperation.Delete));
        _core.Time.Advance(Minute);

        (await _core.SweepAsync()).Delivered.ShouldBe(1);

        _core.Delivered(key).ShouldNotBeNull();
        _measured.Values(Deliveries).ShouldBe(
            new Dictionary<string, double> { ["bucket=reports outcome=delivered"] = 1 });
        _measured.Read().Keys.ShouldNotContain(Lateness);
    }

    // One more schedule is delivered, 11 seconds late.
    private async Task LoseLeaseAsync()
    {
        _core.Seed(_core.Key(JustDue, "slow"));
        _core.Store.Before = AtFirst(Is(StoreOperation.Copy), () =>
        {
            _core.Store.Before = Faults.When(r => r.IsPutOf("/.sweep/"), () => Faults.Permanent("AccessDenied"));
            _core.Time.Advance(11 * Second); // the renewal is refused meanwhile
            EndFaults();
        });
        (await _core.SweepAsync()).Delivered.ShouldBe(1);
    }
}
