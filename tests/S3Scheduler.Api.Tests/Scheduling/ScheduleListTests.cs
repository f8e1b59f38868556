using S3Scheduler.Api.Tests.Delivery;

namespace S3Scheduler.Api.Tests.Scheduling;

public sealed class ScheduleListTests : CoreTests
{
    private static readonly ScheduleQuery All = new(ScheduleStatus.Pending, null, null, null, null, 100);

    [Fact]
    public Task An_empty_folder_lists_nothing() => ShouldReadAsync(All, [], null);

    [Fact]
    public async Task Schedules_come_in_due_order_with_their_sizes()
    {
        var late = _core.Seed(Due(2, "a"), "late");
        var early = _core.Seed(Due(1, "z"), "early");

        var page = await _core.List.ReadAsync(All, Core.Cancellation);

        page.Schedules.Select(s => (s.Key, s.Size, s.Attributes)).ShouldBe([(early, 5, null), (late, 4, null)]);
        page.Schedules[0].CreatedAt.ShouldBe(new DateTimeOffset(2026, 11, 21, 19, 4, 30, TimeSpan.Zero));
        page.Next.ShouldBeNull();
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(9, 10, 1)]
    [InlineData(10, 10, 1)]
    [InlineData(11, 10, 2)]
    [InlineData(20, 10, 2)]
    [InlineData(21, 10, 3)]
    [InlineData(999, 1000, 1)]
    [InlineData(1000, 1000, 1)]
    [InlineData(1001, 1000, 2)]
    [InlineData(1000, 999, 2)]
    [InlineData(2000, 1000, 2)]
    public async Task Pages_are_consecutive_and_never_empty(int count, int limit, int pages)
    {
        var keys = SeedMany(count);
        var seen = new List<ScheduleKey>();
        ScheduleKey? after = null;
        for (var page = 1; page <= pages; page++)
        {
            var (found, next) = await ReadAsync(All with { Limit = limit, After = after });
            found.Count.ShouldBe(Math.Min(limit, count - seen.Count));
            seen.AddRange(found);
            next.ShouldBe(page == pages ? null : seen[^1]);
            after = next;
        }

        seen.ShouldBe(keys);
    }

    [Fact]
    public async Task A_page_takes_one_request_and_a_full_page_of_a_thousand_takes_two()
    {
        await _core.StartedAsync();
        for (var n = 1; n <= 1_001; n++) _core.Seed(Due(n));

        (await RequestsAsync(All with { Limit = 1 })).ShouldBe(1);
        (await RequestsAsync(All with { Limit = 999 })).ShouldBe(1);
        (await RequestsAsync(All with { Limit = 1000 })).ShouldBe(2);
    }

    [Fact]
    public async Task From_is_inclusive_and_to_is_exclusive()
    {
        var keys = SeedMany(10);

        (await ReadAsync(All with { From = keys[3].DueAt })).Keys.ShouldBe(keys[3..]);
        (await ReadAsync(All with { From = keys[3].DueAt.AddTicks(1) })).Keys.ShouldBe(keys[4..]);
        await ShouldReadAsync(All with { To = keys[3].DueAt }, keys[..3], null);
        await ShouldReadAsync(All with { To = keys[3].DueAt.AddTicks(1) }, keys[..4], null);
        await ShouldReadAsync(All with { From = keys[3].DueAt, To = keys[5].DueAt }, keys[3..5], null);
        (await ReadAsync(All with { From = keys[3].DueAt.ToOffset(TimeSpan.FromHours(-7)) })).Keys.ShouldBe(keys[3..]);
        await ShouldReadAsync(All with { From = keys[3].DueAt, To = keys[3].DueAt }, [], null);
        await ShouldReadAsync(All with { From = keys[5].DueAt, To = keys[3].DueAt }, [], null);
        await ShouldReadAsync(All with { From = DueTime.Max, To = DueTime.Max }, [], null);
    }

    [Fact]
    public async Task From_and_to_do_not_read_the_pages_outside_their_range()
    {
        var keys = SeedMany(5_000);
        var query = All with { From = keys[4_000].DueAt, To = keys[4_050].DueAt };

        await ShouldReadAsync(query, keys[4_000..4_050], null);
        (await RequestsAsync(query)).ShouldBe(1);
        (await RequestsAsync(All with { From = keys[1].DueAt, To = keys[10].DueAt })).ShouldBe(1);
    }

    [Fact]
    public async Task A_page_that_ends_at_to_is_the_last_page()
    {
        var keys = SeedMany(20);

        await ShouldReadAsync(All with { To = keys[10].DueAt, Limit = 10 }, keys[..10], null);
        await ShouldReadAsync(All with { To = keys[11].DueAt, Limit = 10 }, keys[..10], keys[9]);
    }

    [Fact]
    public async Task The_later_of_after_and_from_applies()
    {
        var keys = SeedMany(10);

        (await ReadAsync(All with { From = keys[2].DueAt, After = keys[5] })).Keys.ShouldBe(keys[6..]);
        (await ReadAsync(All with { From = keys[5].DueAt, After = keys[2] })).Keys.ShouldBe(keys[5..]);
        (await ReadAsync(All with { From = keys[5].DueAt, After = keys[5] })).Keys.ShouldBe(keys[6..]);
    }

    [Fact]
    public async Task The_schedule_named_by_after_need_not_exist()
    {
        var keys = SeedMany(3);
        _core.Store.Remove(_core.Folder.Pending(keys[1]));

        (await ReadAsync(All with { After = keys[1] })).Keys.ShouldBe([keys[2]]);
    }

    [Fact]
    public async Task Filtering_by_bucket_excludes_all_other_buckets()
    {
        var keys = SeedMany(2_500, n => n % 10 == 0 ? "wanted" : "other");
        var wanted = keys.Where(k => k.Destination.Bucket == "wanted").ToList();
        var query = All with { Bucket = "wanted" };

        await ShouldReadAsync(query, wanted[..100], keys[999]);
        (await ReadAsync(query with { After = keys[999] })).Keys.ShouldBe(wanted[100..200]);
        await ShouldReadAsync(query with { Limit = 1000 }, wanted, null);
        await ShouldReadAsync(query with { Bucket = "want", Limit = 1000 }, [], null);
    }

    [Fact]
    public async Task Filtering_by_a_rare_bucket_reads_at_most_ten_pages()
    {
        var keys = SeedMany(15_000, n => n == 12_345 ? "wanted" : "other");

        await ShouldReadAsync(All with { Bucket = "wanted" }, [], keys[9_999]);
        _core.Count(StoreOperation.List).ShouldBe(10 + 1); // the first page has a due one, which may have failed
        await ShouldReadAsync(All with { Bucket = "wanted", After = keys[9_999] }, [keys[12_345]], null);
    }

    [Fact]
    public async Task A_key_prefix_and_a_bucket_filter_together()
    {
        string[] buckets = ["one", "two"], names = ["a", "a/b", "b"];
        var keys = buckets.SelectMany(
            bucket => names.Select(key => _core.Seed(Due(1, key, bucket)))).ToList();

        (await ReadAsync(All with { KeyPrefix = "a" })).Keys.ShouldBe([keys[0], keys[1], keys[3], keys[4]]);
        (await ReadAsync(All with { KeyPrefix = "a/", Bucket = "two" })).Keys.ShouldBe([keys[4]]);
    }

    [Fact]
    public async Task Foreign_objects_are_skipped()
    {
        var keys = SeedMany(30);
        foreach (var key in keys) _core.Store.Seed(new ObjectAddress(Core.Bucket, _core.Folder.Pending(key).Key + "/"));
        foreach (var name in new[] { "", "0", ".failed/x", ".sweep/1", "zzz", "|x|y|z" })
            _core.Store.Seed(new ObjectAddress(Core.Bucket, _core.Folder.Prefix + name));

        await ShouldReadAsync(All with { Limit = 10 }, keys[..10], keys[9]);
        await ShouldReadAsync(All with { Limit = 10, After = keys[19] }, keys[20..], null);
    }

    [Theory]
    [InlineData(ScheduleStatus.Pending, "1/"), InlineData(ScheduleStatus.Pending, "2026-11-21T19:04:00.000Z")]
    [InlineData(ScheduleStatus.Pending, "2026-11-21T19:04:00.000Z~"), InlineData(ScheduleStatus.Pending, "zzz")]
    [InlineData(ScheduleStatus.Failed, "1/"), InlineData(ScheduleStatus.Failed, "2026-11-21T19:04:00.000Z~")]
    [InlineData(ScheduleStatus.Failed, "zzz"), InlineData(ScheduleStatus.Failed, ".marks/2026-11-21")]
    public async Task Many_objects_that_are_no_schedules_cost_few_requests(ScheduleStatus status, string name)
    {
        var prefix = status == ScheduleStatus.Failed ? _core.Folder.FailedPrefix : _core.Folder.Prefix;
        for (var n = 0; n < 11_000; n++) _core.Store.Seed(new ObjectAddress(Core.Bucket, $"{prefix}{name}{n:D5}"));
        var key = Due(1);
        _core.Store.Seed(At(status, key));

        await ShouldReadAsync(All with { Status = status, Limit = 1 }, [key], null);

        _core.Store.Requests.Count.ShouldBeLessThanOrEqualTo(4);
    }

    [Theory]
    [InlineData(ScheduleStatus.Pending)]
    [InlineData(ScheduleStatus.Failed)]
    public async Task Objects_that_are_no_schedules_but_begin_like_them_take_more_than_one_page_of_ten_requests(
        ScheduleStatus status)
    {
        var prefix = status == ScheduleStatus.Failed ? _core.Folder.FailedPrefix : _core.Folder.Prefix;
        for (var n = 0; n < 15_000; n++)
            _core.Store.Seed(new ObjectAddress(Core.Bucket, $"{prefix}{DueTime.Write(Due(n).DueAt)}~x"));
        var key = Due(15_000);
        _core.Store.Seed(At(status, key));
        var query = All with { Status = status, Limit = 1000 };

        var (none, next) = await ReadAsync(query);
        none.ShouldBeEmpty();
        _core.Store.Requests.Count.ShouldBeLessThanOrEqualTo(11);
        await ShouldReadAsync(query with { After = next.ShouldNotBeNull() }, [key], null);
    }

    private ObjectAddress At(ScheduleStatus status, ScheduleKey key) =>
        status == ScheduleStatus.Failed ? _core.Folder.Failed(key, "Code") : _core.Folder.Pending(key);

    private ScheduleKey Due(int minutes, string? key = null, string bucket = "reports") =>
        _core.Key(TimeSpan.FromMinutes(minutes), key ?? $"{minutes}", bucket);

    private List<ScheduleKey> SeedMany(int count, Func<int, string>? bucket = null) =>
        [.. Enumerable.Range(0, count).Select(n => _core.Seed(Due(n, bucket: bucket?.Invoke(n) ?? "reports")))];

    private async Task<(List<ScheduleKey> Keys, ScheduleKey? Next)> ReadAsync(ScheduleQuery query)
    {
        var page = await _core.List.ReadAsync(query, Core.Cancellation);
        return ([.. page.Schedules.Select(s => s.Key)], page.Next);
    }

    private async Task ShouldReadAsync(ScheduleQuery query, List<ScheduleKey> keys, ScheduleKey? next)
    {
        var page = await ReadAsync(query);
        page.Keys.ShouldBe(keys);
        page.Next.ShouldBe(next);
    }

    private async Task<int> RequestsAsync(ScheduleQuery query)
    {
        _core.Store.ForgetRequests();
        await ReadAsync(query);
        return _core.Store.Requests.Count;
    }
}
