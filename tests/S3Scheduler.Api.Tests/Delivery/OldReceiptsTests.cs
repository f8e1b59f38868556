namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>Receipts are kept for a while, and no longer.</summary>
public sealed class OldReceiptsTests : CoreTests
{
    private static readonly TimeSpan Retention = new SchedulerOptions().ReceiptRetention;

    public override async ValueTask InitializeAsync() => await _core.SettledAsync();

    [Fact]
    public async Task They_are_removed_once_they_are_older_than_the_retention_and_others_stay()
    {
        var old = Seed(-Retention - Minute);
        var young = Seed(-Retention + 2 * TimeSpan.FromHours(1));
        var foreign = new ObjectAddress(Core.Bucket, $"{_core.Folder.ReceiptsPrefix}0 notes.txt");
        _core.Store.Seed(foreign);
        _core.Time.Advance(TimeSpan.FromHours(1));

        await SweepAsync();

        Keys().ShouldNotContain(old);
        Keys().ShouldContain(young);
        Keys().ShouldContain(foreign.Key);
    }

    [Fact]
    public async Task Thousands_are_removed_at_once_and_none_for_an_hour_after_that()
    {
        for (var n = 0; n < 7_000; n++) Seed(-Retention - Minute - n * Second);
        _core.Time.Advance(TimeSpan.FromHours(1));
        await SweepUntilAsync(() => !Keys().Exists(IsOld));

        Seed(-Retention - Minute);
        await SweepAsync();
        Keys().Count(IsOld).ShouldBe(1);
        _core.Time.Advance(TimeSpan.FromHours(1));
        await SweepUntilAsync(() => !Keys().Exists(IsOld));
    }

    [Fact]
    public async Task A_sweep_does_not_wait_for_it()
    {
        for (var n = 0; n < 3_000; n++) Seed(-Retention - Minute - n * Second);
        _core.Time.Advance(TimeSpan.FromHours(1));
        var gate = new Gate();
        _core.Store.Before = r => r.Operation == StoreOperation.Delete && IsReceipt(r.Key)
            ? gate.WaitAsync() : Task.CompletedTask;

        await SweepAsync();

        (await _core.NewestLeaseAsync())!.State.ShouldBe(LeaseState.Closed);
        gate.Open();
        await SweepUntilAsync(() => !Keys().Exists(IsOld));
    }

    [Fact]
    public async Task A_fault_of_the_store_does_not_end_the_sweep()
    {
        Seed(-Retention - Minute);
        _core.Time.Advance(TimeSpan.FromHours(1));
        FailAll(
            r => r.Operation == StoreOperation.List && IsReceipt(r.Key),
            () => Faults.Transient("SlowDown"), after: false);

        await SweepAsync();
    }

    // What one sweep has no time for is left to the next one.
    private async Task SweepUntilAsync(Func<bool> isDone)
    {
        for (var sweeps = 0; sweeps < 1_000 && !isDone(); sweeps++) await SweepAsync();
        isDone().ShouldBeTrue();
    }

    private async Task SweepAsync()
    {
        _core.Seed(_core.Key(-Second));
        (await _core.SweepAsync()).Delivered.ShouldBe(1);
    }

    private string Seed(TimeSpan after)
    {
        var time = DueTime.RoundUp(_core.Now + after);
        var address = _core.Folder.At(new ReceiptBatch(time, time, time, new Random(1).NextName()));
        _core.Store.Seed(address);
        return address.Key;
    }

    private List<string> Keys() => [.. _core.Store.Keys(Core.Bucket).Where(IsReceipt)];

    private bool IsReceipt(string key) => key.StartsWith(_core.Folder.ReceiptsPrefix, StringComparison.Ordinal);

    private bool IsOld(string key) =>
        string.CompareOrdinal(key, _core.Folder.BeforeReceipts(_core.Now - Retention)) < 0;
}
