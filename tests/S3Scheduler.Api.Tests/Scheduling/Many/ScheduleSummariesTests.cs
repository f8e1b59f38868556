using System.Text.Json;
using S3Scheduler.Api.Scheduling.Many;

namespace S3Scheduler.Api.Tests.Scheduling.Many;

/// <summary>Counts what a folder has, without keeping it.</summary>
public sealed class ScheduleSummariesTests : MarkedTests
{
    private static readonly ScheduleQuery AllPending = Pending with { Limit = 1000 };
    private static readonly ScheduleQuery AllFailed = Failed with { Limit = 1000 };

    [Fact]
    public async Task An_empty_folder_has_nothing_to_count()
    {
        var summary = await ReadAsync(AllPending);

        (summary.Total, summary.IsComplete, summary.From, summary.To).ShouldBe((0, true, null, null));
        (summary.Bins.Count, summary.Buckets.Count, summary.Codes.Count).ShouldBe((0, 0, 0));
    }

    [Fact]
    public async Task Pending_schedules_are_counted_by_time_and_by_bucket()
    {
        for (var n = 0; n < 2_500; n++) _core.Seed(_core.Key(n * Minute, $"{n}", n % 5 == 0 ? "few" : "many"));

        var summary = await ReadAsync(AllPending);

        (summary.Total, summary.IsComplete).ShouldBe((2_500, true));
        (summary.From, summary.To).ShouldBe((_core.Now, _core.Now + 2_499 * Minute));
        summary.Buckets.ShouldBe([new("many", 2_000), new("few", 500)]);
        summary.Bins.Sum(b => b.Count).ShouldBe(2_500);
        summary.Bins.Count.ShouldBeInRange(30, 60);
        summary.Codes.ShouldBeEmpty();
    }

    [Fact]
    public async Task From_to_bucket_and_key_prefix_filter_as_in_a_list()
    {
        var start = _core.Now;
        for (var n = 0; n < 100; n++) _core.Seed(_core.Key(n * Minute, $"{n % 10}/{n}", n % 2 == 0 ? "even" : "odd"));
        var query = AllPending with { From = start + 10 * Minute, To = start + 50 * Minute, Bucket = "even" };

        var summary = await ReadAsync(query, bins: 4);

        (summary.Total, summary.From, summary.To).ShouldBe((20, query.From, query.To));
        summary.Bins.Select(b => b.Count).ShouldBe([5, 5, 5, 5]);
        (await ReadAsync(query with { KeyPrefix = "2/" })).Total.ShouldBe(4);
        (await ReadAsync(query with { Within = new AllowedDestinations(["odd"]) })).Total.ShouldBe(0);
    }

    [Fact]
    public async Task Failed_schedules_are_counted_by_their_code_too_moved_and_marked_ones()
    {
        for (var n = 0; n < 30; n++)
            _core.Store.Seed(_core.Folder.Failed(_core.Key(-n * Minute), n % 3 == 0 ? "AccessDenied" : "NoSuchBucket"));
        for (var n = 1; n <= 5; n++) await MarkAsync(_core.Key(-n * Second, "marked", "photos"));

        var failed = await ReadAsync(AllFailed);

        (failed.Total, failed.IsComplete, failed.To).ShouldBe((35, true, _core.Now));
        failed.Codes.ShouldBe([
            new("reports", "NoSuchBucket", 20), new("reports", "AccessDenied", 10), new("photos", "NoSuchBucket", 5)]);
        failed.Bins.Sum(b => b.Count).ShouldBe(35);
        (await ReadAsync(AllFailed with { Code = "NoSuchBucket" })).Total.ShouldBe(25);
        (await ReadAsync(AllPending)).Total.ShouldBe(0); // the marked ones are still there
    }

    [Fact]
    public async Task Deliveries_are_counted_by_the_time_when_they_were_recorded()
    {
        for (var n = 1; n <= 150; n++) SeedReceipts(-n * Minute, n % 2 == 0 ? "even" : "odd", 3);
        var query = new DeliveredQuery(null, null, null, null, null, 1000);

        var all = await _core.Summaries.ReadAsync(query, 60, null, Core.Cancellation);

        (all.Total, all.IsComplete).ShouldBe((450, true));
        all.Buckets.ShouldBe([new("even", 225), new("odd", 225)]);
        all.Bins.Sum(b => b.Count).ShouldBe(450);
        (all.From, all.To).ShouldBe((_core.Now - 150 * Minute, _core.Now - Minute));
        var some = query with { From = _core.Now - 20 * Minute, To = _core.Now - 10 * Minute, Bucket = "odd" };
        (await _core.Summaries.ReadAsync(some, 10, null, Core.Cancellation)).Bins.Select(b => b.Count)
            .ShouldBe([0, 3, 0, 3, 0, 3, 0, 3, 0, 3]);
    }

    [Fact]
    public async Task More_than_a_hundred_pages_are_not_read_and_the_answer_says_so()
    {
        for (var n = 0; n < 101_000; n++) _core.Store.Seed(_core.Folder.Pending(_core.Key((n + 1) * Second, "a")));
        _core.Store.ForgetRequests();

        var summary = await ReadAsync(AllPending);

        (summary.Total, summary.IsComplete).ShouldBe((100_000, false));
        summary.Bins.Sum(b => b.Count).ShouldBe(100_000);
        _core.Store.Requests.Count.ShouldBe(100);
        (await ReadAsync(AllPending with { To = _core.Now + 100_000 * Second })).IsComplete.ShouldBeTrue();
    }

    [Theory]
    [InlineData(ScheduleStatus.Pending)]
    [InlineData(ScheduleStatus.Failed)]
    public async Task Marks_and_objects_that_are_no_schedules_count_towards_the_same_bound(ScheduleStatus status)
    {
        for (var n = 0; n < 2_000; n++)
        {
            await MarkAsync(_core.Key(-n * Second));
            _core.Store.Seed(new(Core.Bucket, $"{_core.Folder.Prefix}{DueTime.Write(_core.Now - n * Second)}~x"));
        }

        _core.Store.ForgetRequests();

        (await ReadAsync(AllPending with { Status = status })).IsComplete.ShouldBeFalse();

        _core.Store.Requests.Count.ShouldBeLessThanOrEqualTo(1_000);
    }

    [Fact]
    public async Task The_receipts_of_many_deliveries_are_not_all_read_and_the_answer_says_so()
    {
        for (var n = 1; n <= 1_500; n++) SeedReceipts(-n * Second, "reports", 1);
        _core.Store.ForgetRequests();
        var query = new DeliveredQuery(null, null, null, null, null, 1000);

        var summary = await _core.Summaries.ReadAsync(query, 60, null, Core.Cancellation);

        summary.IsComplete.ShouldBeFalse();
        summary.Total.ShouldBeInRange(900, 1_000);
        _core.Store.Requests.Count.ShouldBeLessThanOrEqualTo(1_000);
    }

    [Theory]
    [InlineData(ScheduleStatus.Pending)]
    [InlineData(ScheduleStatus.Failed)]
    public async Task When_its_time_is_over_no_more_pages_are_read_and_the_answer_says_so(ScheduleStatus status)
    {
        for (var n = 0; n < 4_000; n++)
        {
            _core.Seed(_core.Key((n + 1) * Minute));
            _core.Store.Seed(_core.Folder.Failed(_core.Key((n + 1) * Minute), "NoSuchBucket"));
        }

        _core.Store.After = PassAsync;
        var query = AllPending with { Status = status };

        var some = await _core.Summaries.ReadAsync(query, 60, Second, Core.Cancellation);
        var all = await _core.Summaries.ReadAsync(query, 60, Minute, Core.Cancellation);

        (some.IsComplete, some.Total).ShouldBe((false, status == ScheduleStatus.Failed ? 2_000 : 3_000));
        (all.IsComplete, all.Total).ShouldBe((true, 4_000));
    }

    [Fact]
    public async Task When_its_time_is_over_no_more_receipts_are_read_and_the_answer_says_so()
    {
        for (var n = 1; n <= 100; n++) SeedReceipts(-n * Second, "reports", 1);
        _core.Store.After = PassAsync;
        var query = new DeliveredQuery(null, null, null, null, null, 1000);

        var some = await _core.Summaries.ReadAsync(query, 60, Second, Core.Cancellation);
        var all = await _core.Summaries.ReadAsync(query, 60, Minute, Core.Cancellation);

        (some.IsComplete, some.Total).ShouldBe((false, 1));
        (all.IsComplete, all.Total).ShouldBe((true, 100));
    }

    private Task PassAsync(StoreRequest request)
    {
        _core.Time.Advance(0.4 * Second);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task The_largest_hundred_buckets_are_named_and_the_others_are_one_entry()
    {
        for (var n = 0; n < 120; n++)
            for (var count = 0; count <= n; count++)
                _core.Store.Seed(_core.Folder.Failed(_core.Key(-count * Second, "a", $"bucket{n:D3}"), "NoSuchBucket"));

        var summary = await ReadAsync(AllFailed);

        summary.Buckets.Count.ShouldBe(101);
        summary.Buckets[0].ShouldBe(new("bucket119", 120));
        summary.Buckets[^1].ShouldBe(new(null, 20 * 21 / 2));
        summary.Codes[^1].ShouldBe(new(null, null, 20 * 21 / 2));
        summary.Buckets.Sum(b => b.Count).ShouldBe(summary.Total);
        summary.Codes.Sum(c => c.Count).ShouldBe(summary.Total);
    }

    private Task<ScheduleSummary> ReadAsync(ScheduleQuery query, int bins = 60) =>
        _core.Summaries.ReadAsync(query, bins, null, Core.Cancellation);

    private void SeedReceipts(TimeSpan recorded, string bucket, int count)
    {
        var keys = Enumerable.Range(0, count).Select(n => _core.Key(recorded - n * Second, $"{n}", bucket)).ToList();
        var batch = new ReceiptBatch(
            _core.Now + recorded, keys[^1].DueAt, keys[0].DueAt, new Random(recorded.GetHashCode()).NextName());
        _core.Store.Seed(_core.Folder.At(batch), string.Join('\n', keys.Select(key =>
            JsonSerializer.Serialize(new Receipt($"{key}", _core.Now + recorded, 7, "e"), JsonSerializerOptions.Web))));
    }
}
