using S3Scheduler.Api.Tests.Delivery;

namespace S3Scheduler.Api.Tests.Scheduling;

/// <summary>Reading and deleting failed schedules.</summary>
public sealed class FailedSchedulesTests : CoreTests
{
    private static readonly ScheduleQuery All = new(ScheduleStatus.Failed, null, null, null, null, 100);

    public override async ValueTask InitializeAsync() => await _core.StartedAsync();

    [Fact]
    public async Task A_failed_schedule_has_its_error_code_its_time_and_its_own_attributes()
    {
        var attributes = new ObjectAttributes
        {
            ContentType = "application/json",
            Metadata = new Dictionary<string, string> { ["origin"] = "test" },
        };
        var key = (await _core.PostAsync(_core.Key(TimeSpan.FromSeconds(5)), "content", attributes)).Schedule.Key;
        _core.Store.Missing.Add("reports");
        _core.Time.Advance(Minute);
        (await _core.SweepAsync()).Failed.ShouldBe(1);

        var schedule = (await _core.Failed.GetAsync(key, Core.Cancellation)).ShouldNotBeNull();

        (schedule.Key, schedule.Size, schedule.CreatedAt).ShouldBe((key, 7, null));
        schedule.Failure.ShouldBe(
            new Failure("NoSuchBucket", new DateTimeOffset(2026, 11, 21, 19, 5, 30, TimeSpan.Zero)));
        schedule.Attributes.ShouldNotBeNull().IsSameAs(attributes).ShouldBeTrue();
        await using var open = (await _core.Failed.FindContentAsync(key, openImmediately: true, Core.Cancellation))
            .ShouldNotBeNull();
        using var reader = new StreamReader(open);
        (await reader.ReadToEndAsync(Core.Cancellation)).ShouldBe("content");
        var listed = (await ListAsync(All)).Schedules.ShouldHaveSingleItem();
        (listed.Key, listed.Size, listed.CreatedAt, listed.Attributes, listed.Failure)
            .ShouldBe((key, 7, null, null, schedule.Failure));
        (await ListAsync(All with { Status = ScheduleStatus.Pending })).Schedules.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_schedule_that_did_not_fail_is_not_found()
    {
        var pending = _core.Seed(_core.Key(Minute));
        Fail(_core.Key(Minute, "aa"));
        foreach (var key in new[] { pending, _core.Key(Minute, "b"), _core.Key(Minute, new string('~', 1000)) })
        {
            (await _core.Failed.GetAsync(key, Core.Cancellation)).ShouldBeNull();
            (await _core.Failed.FindContentAsync(key, openImmediately: true, Core.Cancellation)).ShouldBeNull();
            (await _core.Failed.DeleteAsync(key, Core.Cancellation)).ShouldBeFalse();
        }

        _core.Pending().Count.ShouldBe(1);
        FailedKeys().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_deletion_removes_the_schedule_under_all_its_codes_and_nothing_else()
    {
        var key = Fail(_core.Key(-Minute), "AccessDenied");
        Fail(key, "NoSuchBucket"); // an interrupted sweep left the first code
        var other = Fail(_core.Key(-Minute, "ab"));

        (await _core.Failed.DeleteAsync(key, Core.Cancellation)).ShouldBeTrue();

        FailedKeys().ShouldHaveSingleItem().ShouldStartWith(_core.Folder.FailedStart(other));
        (await _core.Failed.DeleteAsync(key, Core.Cancellation)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_refused_deletion_is_a_store_fault()
    {
        var key = Fail(_core.Key(-Minute));
        _core.Store.RefusesDelete = _ => "AccessDenied";

        (await Should.ThrowAsync<StoreException>(() => _core.Failed.DeleteAsync(key, Core.Cancellation)))
            .Code.ShouldBe("AccessDenied");
    }

    [Theory]
    [InlineData(9, 10, 1)]
    [InlineData(10, 10, 1)]
    [InlineData(11, 10, 2)]
    [InlineData(1000, 1000, 1)]
    [InlineData(1001, 1000, 2)]
    public async Task Pages_are_consecutive_and_never_empty(int count, int limit, int pages)
    {
        var keys = Enumerable.Range(0, count).Select(n => Fail(Due(n))).ToList();
        _core.Seed(Due(0));
        var seen = new List<ScheduleKey>();
        ScheduleKey? after = null;
        for (var n = 1; n <= pages; n++)
        {
            var page = await ListAsync(All with { Limit = limit, After = after });
            page.Schedules.Count.ShouldBe(Math.Min(limit, count - seen.Count));
            seen.AddRange(page.Schedules.Select(s => s.Key));
            after = page.Next;
            (after is null).ShouldBe(n == pages);
        }

        seen.ShouldBe(keys);
    }

    [Fact]
    public async Task Destination_keys_with_a_common_start_are_listed_exactly_once()
    {
        string[] names = ["a", "a!", "aa", "az", "a{", "a|", "a}", "a~", "aé", "a🎉", "b"];
        var keys = names.Select(name => Fail(_core.Key(-Minute, name))).ToHashSet();
        var seen = new List<ScheduleKey>();
        ScheduleKey? after = null;
        do
        {
            var page = await ListAsync(All with { Limit = 1, After = after });
            seen.Add(page.Schedules.ShouldHaveSingleItem().Key);
            after = page.Next;
        }
        while (after is not null);

        seen.Count.ShouldBe(keys.Count);
        seen.ShouldBeSubsetOf(keys);
    }

    [Fact]
    public async Task From_to_bucket_and_after_filter_failed_schedules_like_pending_ones()
    {
        var keys = Enumerable.Range(0, 10).Select(n => Fail(Due(n, n % 2 == 0 ? "even" : "odd"))).ToList();

        await ShouldListAsync(All with { From = keys[3].DueAt }, keys[3..]);
        await ShouldListAsync(All with { From = keys[3].DueAt.AddTicks(1) }, keys[4..]);
        await ShouldListAsync(All with { To = keys[3].DueAt }, keys[..3]);
        await ShouldListAsync(All with { From = keys[3].DueAt, To = keys[5].DueAt }, keys[3..5]);
        await ShouldListAsync(All with { Bucket = "odd" }, [.. keys.Where(k => k.Destination.Bucket == "odd")]);
        await ShouldListAsync(
            All with { Bucket = "odd", From = keys[4].DueAt, To = keys[8].DueAt }, [keys[5], keys[7]]);
        await ShouldListAsync(All with { After = keys[5], From = keys[2].DueAt }, keys[6..]);
        await ShouldListAsync(All with { After = keys[2], From = keys[5].DueAt }, keys[5..]);
        await ShouldListAsync(All with { Bucket = "none" }, []);
    }

    private ScheduleKey Due(int minutes, string bucket = "reports") =>
        _core.Key(TimeSpan.FromMinutes(minutes - 2_000), $"{minutes}", bucket);

    private ScheduleKey Fail(ScheduleKey key, string code = "NoSuchBucket")
    {
        _core.Store.Seed(_core.Folder.Failed(key, code), "content");
        return key;
    }

    private Task<SchedulePage> ListAsync(ScheduleQuery query) => _core.List.ReadAsync(query, Core.Cancellation);

    private async Task ShouldListAsync(ScheduleQuery query, List<ScheduleKey> keys)
    {
        var page = await ListAsync(query);
        page.Schedules.Select(s => s.Key).ShouldBe(keys);
        page.Next.ShouldBeNull();
    }
}
