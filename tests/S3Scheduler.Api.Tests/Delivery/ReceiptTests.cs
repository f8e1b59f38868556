using System.Text.Json;

namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>A schedule that is gone was cancelled, or a receipt says when it was delivered.</summary>
public sealed class ReceiptTests : CoreTests
{
    public override async ValueTask InitializeAsync() => await _core.SettledAsync();

    [Fact]
    public async Task The_receipts_of_a_batch_are_stored_before_its_schedules_are_deleted()
    {
        var keys = Enumerable.Range(0, 30).Select(n => _core.Seed(_core.Key(-Minute, $"{n}"))).ToList();

        (await _core.SweepAsync()).Delivered.ShouldBe(30);

        var changes = _core.Store.Requests.Where(r => r.Operation == StoreOperation.Delete || IsReceipt(r)).ToList();
        changes.Select(r => r.Operation).ShouldBe([StoreOperation.Put, StoreOperation.Delete]);
        foreach (var key in keys)
        {
            var proof = (await FindAsync(key)).ShouldNotBeNull();
            (proof.DeliveredAt - _core.Now).Duration().ShouldBeLessThan(2 * Second);
        }
    }

    [Fact]
    public async Task A_receipt_is_a_line_of_JSON_in_an_object_that_was_stored_no_earlier()
    {
        var key = _core.Seed(_core.Key(-Minute));
        await _core.SweepAsync();

        var name = _core.Store.Keys(Core.Bucket)
            .Last(k => k.StartsWith(_core.Folder.ReceiptsPrefix, StringComparison.Ordinal));
        var line = _core.Store.Read(new(Core.Bucket, name)).ShouldNotBeNull().TrimEnd('\n');
        var receipt = JsonDocument.Parse(line).RootElement;

        receipt.EnumerateObject().Select(m => m.Name).ShouldBe(["key", "deliveredAt", "size", "etag"]);
        receipt.GetProperty("key").GetString().ShouldBe($"{key}");
        var batch = ReceiptBatch.TryParse(name[_core.Folder.ReceiptsPrefix.Length..]).ShouldNotBeNull();
        batch.RecordedAt.ShouldBeGreaterThanOrEqualTo(receipt.GetProperty("deliveredAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task While_receipts_cannot_be_stored_all_is_delivered_once_and_deleted_later()
    {
        var (first, second) = SeedTwo();
        FailAll(IsReceipt, () => Faults.Transient("SlowDown"), after: false);
        for (var sweep = 0; sweep < 10; sweep++)
        {
            var other = _core.Seed(_core.Key(-Second, $"other {sweep}"));
            await _core.SweepAsync();
            _core.Delivered(other).ShouldBe("content");
            _core.Store.Remove(new ObjectAddress("reports", "same")); // the consumer has taken it
            _core.Time.Advance(Minute);
        }

        (Copies(first), Copies(second)).ShouldBe((1, 0));
        _core.Pending().Count.ShouldBe(12);
        _core.Log.Names.Count(n => n == "ReceiptsNotStored").ShouldBe(1);
        _core.Health.Problems().ShouldHaveSingleItem().ShouldContain("Receipts can't be stored, of 11");

        EndFaults();
        (await _core.SweepAsync()).Delivered.ShouldBe(12);

        (Copies(first), Copies(second)).ShouldBe((1, 1));
        _core.Pending().ShouldBeEmpty();
        _core.Health.Problems().ShouldBeEmpty();
        _core.Log.Names.ShouldContain("ReceiptsAreStoredAgain");
        // It tells when the copy took place, not when the receipt could be stored.
        (await FindAsync(first)).ShouldNotBeNull().DeliveredAt.ShouldBeLessThan(_core.Now - 9 * Minute);
    }

    [Fact]
    public async Task A_schedule_whose_delete_is_refused_gets_one_receipt()
    {
        var (first, _) = SeedTwo();
        _core.Store.RefusesDelete = k => k == _core.Folder.Pending(first).Key ? "AccessDenied" : null;
        for (var sweep = 0; sweep < 5; sweep++)
        {
            await _core.SweepAsync();
            _core.Time.Advance(Minute);
        }

        _core.Store.Requests.Count(IsReceipt).ShouldBe(1);
    }

    [Fact]
    public async Task After_a_crash_between_copy_and_receipt_the_second_look_stores_it_with_the_time_of_the_copy()
    {
        var keys = Enumerable.Range(0, 3).Select(n => _core.Seed(_core.Key(-Second, $"{n}"), id: $"{n}")).ToList();
        await CrashAsync(_core, IsReceipt);
        var copied = _core.Now;
        await Other.StartedAsync();
        (await Other.Receipts.FindAsync(keys[0], Core.Cancellation)).ShouldBeNull();
        Other.Time.Advance(31 * Second);

        (await Other.SweepAsync()).Delivered.ShouldBe(3);

        foreach (var key in keys)
        {
            var found = (await Other.Receipts.FindAsync(key, Core.Cancellation)).ShouldNotBeNull();
            (found.Proof!.DeliveredAt - copied).Duration().ShouldBeLessThan(2 * Second);
        }
    }

    [Fact]
    public async Task A_schedule_that_fails_has_none_and_a_retried_one_has()
    {
        _core.Store.Missing.Add("reports");
        var key = _core.Seed(_core.Key(-Second));
        (await _core.SweepAsync()).Failed.ShouldBe(1);
        _core.Store.Requests.ShouldNotContain(r => IsReceipt(r));

        _core.Store.Missing.Clear();
        var again = (await _core.Retries.RetryAsync(key, Core.Cancellation)).Schedule.ShouldNotBeNull().Key;
        _core.Time.Advance(3 * Second);
        (await _core.SweepAsync()).Delivered.ShouldBe(1);

        (await FindAsync(key)).ShouldBeNull();
        (await FindAsync(again)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_schedule_of_the_Python_library_has_one()
    {
        using var core = await new Core(python: true).SettledAsync();
        var dueAt = core.Now - Minute;
        core.Store.Seed(new ObjectAddress(
            Core.Bucket, PythonLibrary.Key("schedules", dueAt.DateTime, TimeSpan.Zero, "reports", "a/b")));

        (await core.SweepAsync()).Delivered.ShouldBe(1);

        var key = new ScheduleKey(dueAt, new("reports", "a/b"));
        (await core.Receipts.FindAsync(key, Core.Cancellation)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_hundred_deliveries_a_second_cost_one_put_of_receipts_a_second()
    {
        for (var n = 0; n < 60 * 100; n++) _core.Seed(_core.Key(3 * Second + n * 10 * Millisecond, $"{n}"));
        await StartWorkerAsync();

        await _core.Time.RunAsync(70 * Second);

        _core.Pending().ShouldBeEmpty();
        _core.Store.Requests.Count(IsReceipt).ShouldBeInRange(58, 62);
    }

    [Fact]
    public async Task The_next_schedule_to_the_same_destination_does_not_wait_until_a_batch_is_full()
    {
        var gate = new Gate();
        _core.Store.Before = r => r.IsCopyTo("slow") ? gate.WaitAsync() : Task.CompletedTask;
        _core.Seed(_core.Key(3 * Second, "slow", "slow")); // other copies could join the batch
        for (var n = 0; n < 20; n++) _core.Seed(_core.Key(3 * Second + n * 100 * Millisecond, "same"), $"{n}");
        await StartWorkerAsync();

        await _core.Time.RunAsync(6.5 * Second);

        _core.Store.Read(new ObjectAddress("reports", "same")).ShouldBe("19");
        gate.Open();
    }

    private (ScheduleKey First, ScheduleKey Second) SeedTwo() => (
        _core.Seed(_core.Key(-2 * Minute, "same"), "first", "first"),
        _core.Seed(_core.Key(-Minute, "same"), "second", "second"));

    private async Task<Proof?> FindAsync(ScheduleKey key) =>
        (await _core.Receipts.FindAsync(key, Core.Cancellation))?.Proof;

    private bool IsReceipt(StoreRequest request) => request.Operation == StoreOperation.Put
        && request.Key.StartsWith(_core.Folder.ReceiptsPrefix, StringComparison.Ordinal);

    private int Copies(ScheduleKey key) =>
        _core.Store.Requests.Count(r => r.IsCopyTo("reports") && r.Key == _core.Folder.Pending(key).Key);
}
