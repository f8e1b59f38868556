namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>What a fault of the service itself does to one delivery, and to the others.</summary>
public sealed class UnforeseenFaultTests : CoreTests
{
    private const int Others = 20;

    public override async ValueTask InitializeAsync() => await _core.SettledAsync();

    [Fact]
    public async Task An_unforeseen_exception_in_a_copy_holds_only_its_own_destination_and_is_tried_again()
    {
        var (first, second) = SeedAll();
        FailCopiesTo("broken");

        (await _core.SweepAsync()).Delivered.ShouldBe(Others);
        _core.Pending().ShouldBe([$"{first}", $"{second}"]);
        (Tries("broken"), Logged).ShouldBe((1, 1));
        (await _core.NewestLeaseAsync())!.Unresolved.ShouldBe(["reports"]);

        _core.Time.Advance(Second); // the longest pause after one failure
        (await _core.SweepAsync()).Delivered.ShouldBe(0);
        (Tries("broken"), Logged).ShouldBe((2, 2));

        EndFaults();
        _core.Time.Advance(2 * Second);
        (await _core.SweepAsync()).Delivered.ShouldBe(2);
        _core.Delivered(second).ShouldBe("second");
        Logged.ShouldBe(2);
    }

    [Fact]
    public async Task Beside_copies_that_break_all_day_others_are_copied_once_and_deleted_within_a_second()
    {
        var (first, second) = SeedAll();
        FailCopiesTo("broken");
        await StartWorkerAsync();

        await _core.Time.RunAsync(Second);
        _core.Pending().ShouldBe([$"{first}", $"{second}"]);
        await _core.Time.RunAsync(10 * Minute);

        Logged.ShouldBe(Tries("broken"));
        Tries("broken").ShouldBeInRange(37, 80); // 8 to 16 seconds apart
        _core.Count(StoreOperation.Copy).ShouldBe(Others + Tries("broken"));
    }

    private int Logged => _core.Log.Names.Count(n => n == "DeliveryBroke");

    private int Tries(string key) =>
        _core.Store.Requests.Count(r => r.IsCopyTo("reports") && r.Target!.Value.Key == key);

    private void FailCopiesTo(string key) => FailAll(
        r => r.IsCopyTo("reports") && r.Target!.Value.Key == key,
        () => new InvalidOperationException("Unforeseen."), after: false);

    private (ScheduleKey First, ScheduleKey Second) SeedAll()
    {
        for (var n = 0; n < Others; n++) _core.Seed(_core.Key(-Second, $"{n}"), id: $"{n}");
        return (
            _core.Seed(_core.Key(-2 * Minute, "broken"), "first", "first"),
            _core.Seed(_core.Key(-Minute, "broken"), "second", "second"));
    }
}
