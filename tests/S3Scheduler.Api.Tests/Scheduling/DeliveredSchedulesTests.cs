using System.Text.Json;
using Microsoft.Extensions.Logging;
using S3Scheduler.Api.Tests.Delivery;

namespace S3Scheduler.Api.Tests.Scheduling;

/// <summary>Reads receipts as a service with a long history has them.</summary>
public sealed class DeliveredSchedulesTests : CoreTests
{
    private static readonly DeliveredQuery All = new(null, null, null, null, null, 1000);

    private readonly Random _random = new(20261128);

    public override async ValueTask InitializeAsync() => await _core.StartedAsync();

    [Fact]
    public async Task One_of_100_000_is_found_with_one_list_and_at_most_two_gets()
    {
        // A hundred a second, for 1,000 seconds, with up to a second until they are recorded.
        var keys = new List<ScheduleKey>();
        for (var second = 0; second < 1000; second++)
            keys.AddRange(SeedBatch((second - 2000) * Second, 100, spread: 1.2 * Second));

        foreach (var key in keys.Where((_, n) => n % 997 == 0).Append(keys[0]).Append(keys[^1]))
        {
            _core.Store.ForgetRequests();
            (await _core.Receipts.FindAsync(key, Core.Cancellation)).ShouldNotBeNull().Key.ShouldBe(key);
            _core.Count(StoreOperation.List).ShouldBe(1);
            _core.Count(StoreOperation.Get).ShouldBeInRange(1, 2);
        }
    }

    [Fact]
    public async Task One_that_is_delivered_hours_late_is_found_in_few_pages()
    {
        for (var minute = 0; minute < 3000; minute++) SeedBatch((minute - 3100) * Minute, 1, spread: Second);
        var late = _core.Key(-3100 * Minute, "late");
        SeedBatch(-10 * Minute, [late]);
        _core.Store.ForgetRequests();

        (await _core.Receipts.FindAsync(late, Core.Cancellation)).ShouldNotBeNull();

        _core.Count(StoreOperation.List).ShouldBeLessThanOrEqualTo(4);
        _core.Count(StoreOperation.Get).ShouldBeLessThanOrEqualTo(2);
    }

    [Theory]
    [InlineData("AccessDenied")]
    [InlineData("Damaged")]
    public async Task Receipts_that_cannot_be_read_are_passed_over_and_the_log_says_so_once(string code)
    {
        var (before, unreadable, after) = (_core.Key(-3 * Minute), _core.Key(-2 * Minute), _core.Key(-Minute));
        foreach (var key in new[] { before, unreadable, after }) SeedBatch(key.DueAt - _core.Now + Second, [key]);
        var at = _core.Folder.BeforeReceipts(unreadable.DueAt);
        var name = _core.Store.Keys(Core.Bucket).First(key => string.CompareOrdinal(key, at) > 0);
        if (code == "Damaged") _core.Store.Seed(new ObjectAddress(Core.Bucket, name), "{\"key\":");
        else _core.Store.Before = Faults.When(r => r.Operation == StoreOperation.Get && r.Key == name,
            () => Faults.Permanent(code));

        for (var times = 0; times < 2; times++)
        {
            (await _core.Receipts.ReadAsync(All, Core.Cancellation)).Schedules.Select(s => s.Key)
                .ShouldBe([after, before]);
            (await _core.Receipts.FindAsync(unreadable, Core.Cancellation)).ShouldBeNull();
        }

        _core.Log.From(LogLevel.Warning).ShouldBe(["ReceiptsNotRead"]);
        _core.Log.Fields("ReceiptsNotRead")[0]["Code"].ShouldBe(code);
        _core.Log.Fields("ReceiptsNotRead")[0]["Key"].ShouldBe(name);
    }

    [Fact]
    public async Task One_that_is_not_due_yet_costs_no_request()
    {
        _core.Store.ForgetRequests();

        (await _core.Receipts.FindAsync(_core.Key(Minute), Core.Cancellation)).ShouldBeNull();

        _core.Store.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(400, 1000)]
    [InlineData(2_500, 999)]
    public async Task Pages_give_all_of_them_once_newest_first(int batches, int limit)
    {
        var keys = new List<ScheduleKey>();
        var ago = Second;
        for (var n = 0; n < batches; n++)
        {
            // Seconds, hours and months without any.
            ago += _random.Next(20) switch { 0 => 30 * TimeSpan.FromDays(1), 1 => 60 * Minute, _ => Second };
            keys.AddRange(Enumerable.Reverse(SeedBatch(-ago, _random.Next(1, 5), spread: 500 * Millisecond)));
        }

        (await ReadAllAsync(All with { Limit = limit })).ShouldBe(keys);
    }

    [Fact]
    public async Task Batches_that_a_wrong_clock_recorded_in_the_future_are_given_once_too()
    {
        var keys = new List<ScheduleKey>();
        foreach (var ahead in (TimeSpan[])[-Minute, 60 * Minute, 400 * TimeSpan.FromDays(1), DueTime.Max - _core.Now])
            keys.InsertRange(0, Enumerable.Reverse(SeedBatch(ahead, 2, spread: Second)));

        (await ReadAllAsync(All with { Limit = 1 })).ShouldBe(keys);
        (await ReadAllAsync(All)).ShouldBe(keys);
    }

    [Fact]
    public async Task A_page_sends_a_bounded_number_of_requests_whatever_is_asked_for()
    {
        for (var n = 0; n < 5_000; n++) SeedBatch(-n * Second, 1, spread: Second);
        DeliveredQuery[] queries =
        [
            All, All with { Bucket = "other" }, All with { KeyPrefix = "none" }, All with { From = _core.Now - Minute },
            All with { To = _core.Now - 60 * Minute }, All with { To = DueTime.Max }, All with { Limit = 1 },
        ];
        foreach (var query in queries)
        {
            _core.Store.ForgetRequests();
            await _core.Receipts.ReadAsync(query, Core.Cancellation);
            _core.Count(StoreOperation.List).ShouldBeLessThanOrEqualTo(11);
            _core.Count(StoreOperation.Get).ShouldBeLessThanOrEqualTo(100);
        }
    }

    [Fact]
    public async Task Consecutive_spans_of_time_give_each_one_once()
    {
        for (var n = 0; n < 50; n++) SeedBatch(-n * Minute, 3, spread: Second);
        var all = await ReadAllAsync(All);

        var parts = new List<ScheduleKey>();
        for (var hour = 0; hour < 5; hour++)
        {
            var to = _core.Now + Minute - hour * 13 * Minute;
            parts.AddRange(await ReadAllAsync(All with { From = to - 13 * Minute, To = to, Limit = 7 }));
        }

        all.Count.ShouldBe(150);
        parts.ShouldBe(all);
    }

    [Fact]
    public async Task A_filter_leaves_out_other_destinations()
    {
        var own = new Destination("reports", "a/1");
        SeedBatch(-Minute, [new(_core.Now - Minute, own), new(_core.Now - Minute, new("reports", "b/1"))]);
        SeedBatch(-2 * Minute, [new(_core.Now - 2 * Minute, new("other", "a/1"))]);

        var within = new AllowedDestinations(["reports/a"]);
        (await ReadAllAsync(All with { Bucket = "reports", KeyPrefix = "a/" })).Single().Destination.ShouldBe(own);
        (await ReadAllAsync(All with { Within = within })).Single().Destination.ShouldBe(own);
    }

    [Fact]
    public async Task What_is_no_receipt_is_passed_over()
    {
        var keys = SeedBatch(-Minute, 3, spread: Second);
        var folder = _core.Folder.ReceiptsPrefix;
        string[] names = ["0", "zzz", $"{DueTime.Write(_core.Now)}", $"{DueTime.Write(_core.Now)}|x|y|z"];
        foreach (var name in names) _core.Store.Seed(new(Core.Bucket, folder + name));
        string[] damaged =
            ["", "\n", "null", "[]", "{\"key\":1}", "{", "x", "{\"key\":\"\",\"deliveredAt\":\"never\"}"];
        foreach (var (n, content) in damaged.Index())
            _core.Store.Seed(_core.Folder.At(Batch(-n * Second, [.. keys])), content);

        _core.Store.Seed(_core.Folder.At(Batch(-Second, [.. keys])), new string(' ', (int)ReceiptBatch.MaxBytes + 1));

        (await ReadAllAsync(All)).Order(ByText).ShouldBe(keys.Order(ByText));
        (await _core.Receipts.FindAsync(keys[0], Core.Cancellation)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_receipt_tells_when_it_was_delivered_how_large_it_was_and_its_ETag()
    {
        var key = _core.Key(-Minute);
        SeedBatch(-Second, [key]);

        var found = (await _core.Receipts.FindAsync(key, Core.Cancellation)).ShouldNotBeNull();

        (found.Size, found.Proof!.ETag).ShouldBe((7, "\"e\""));
        found.Proof.DeliveredAt.ShouldBe(DueTime.RoundUp(_core.Now - Second));
    }

    private static Comparer<ScheduleKey> ByText =>
        Comparer<ScheduleKey>.Create((x, y) => string.CompareOrdinal($"{x}", $"{y}"));

    private async Task<List<ScheduleKey>> ReadAllAsync(DeliveredQuery query)
    {
        var keys = new List<ScheduleKey>();
        for (var pages = 0; pages < 5_000; pages++)
        {
            var page = await _core.Receipts.ReadAsync(query, Core.Cancellation);
            page.Schedules.Count.ShouldBeLessThanOrEqualTo(query.Limit);
            keys.AddRange(page.Schedules.Select(s => s.Key));
            if (page.Next is null) return keys;
            query = query with { After = ReceiptPosition.TryParse($"{page.Next}").ShouldNotBeNull() };
        }

        throw new InvalidOperationException("The pages do not end.");
    }

    // One after the other within the time before they were recorded.
    private List<ScheduleKey> SeedBatch(TimeSpan recorded, int count, TimeSpan spread)
    {
        var keys = Enumerable.Range(0, count)
            .Select(n => _core.Key(recorded - spread * (count - n) / count, $"{recorded.Ticks}/{n}")).ToList();
        SeedBatch(recorded, keys);
        return keys;
    }

    private void SeedBatch(TimeSpan recorded, List<ScheduleKey> keys)
    {
        var lines = keys.Index().Select(k => JsonSerializer.Serialize(
            new Receipt($"{k.Item}", DueTime.RoundUp(_core.Now + recorded - (keys.Count - 1 - k.Index) * Millisecond),
                7, "\"e\""), JsonSerializerOptions.Web));
        _core.Store.Seed(_core.Folder.At(Batch(recorded, keys)), string.Join('\n', lines));
    }

    private ReceiptBatch Batch(TimeSpan recorded, List<ScheduleKey> keys) => new(
        DueTime.RoundUp(_core.Now + recorded), keys.Min(k => k.DueAt), keys.Max(k => k.DueAt), _random.NextName());
}
