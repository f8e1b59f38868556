namespace S3Scheduler.Api.Tests.Scheduling;

/// <summary>Listing failed schedules whose content could not be moved.</summary>
public sealed class MarkedListTests : MarkedTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Pages_have_moved_and_marked_schedules_exactly_once_in_one_order(int limit)
    {
        string[] names = ["a", "a!", "aa", "az", "a{", "a|", "a}", "a~", "aé", "a🎉", "b", "b!", "b!!", "bb"];
        var keys = new List<ScheduleKey>();
        foreach (var (n, name) in names.Index())
        {
            foreach (var after in new[] { -2 * Minute, -Minute })
            {
                var key = _core.Key(after, name);
                keys.Add(key);
                if ((n % 2 == 0) == (after == -Minute)) await MarkAsync(key);
                else _core.Store.Seed(_core.Folder.Failed(key, "NoSuchBucket"));
            }
        }

        var seen = new List<ScheduleKey>();
        ScheduleKey? next = null;
        do
        {
            var page = await ListAsync(Failed with { Limit = limit, After = next });
            page.Schedules.Count.ShouldBe(Math.Min(limit, keys.Count - seen.Count));
            seen.AddRange(page.Schedules.Select(s => s.Key));
            next = page.Next;
        }
        while (next is not null);

        seen.Count.ShouldBe(keys.Count);
        seen.ShouldBe(keys, ignoreOrder: true);
        seen.Select(k => k.DueAt).ShouldBeInOrder();
    }

    [Fact]
    public async Task Many_marked_schedules_are_left_out_of_the_pending_ones_and_listed_page_by_page()
    {
        for (var n = 0; n < 2_500; n++) await MarkAsync(_core.Key(n * Millisecond - Minute, $"{n}"));
        var late = _core.Seed(_core.Key(-Second));
        var later = _core.Seed(_core.Key(Minute));

        (await ListAsync(Pending)).Schedules.Select(s => s.Key).ShouldBe([late, later]);
        var seen = new List<ScheduleKey>();
        ScheduleKey? next = null;
        do
        {
            var page = await ListAsync(Failed with { Limit = 1000, After = next });
            seen.AddRange(page.Schedules.Select(s => s.Key));
            next = page.Next;
        }
        while (next is not null);

        seen.Distinct().Count().ShouldBe(2_500);
        seen.Count.ShouldBe(2_500);
    }

    [Fact]
    public async Task A_page_of_pending_schedules_looks_for_marks_only_if_one_is_due()
    {
        await MarkAsync(_core.Key(-Minute));
        _core.Seed(_core.Key(Minute));
        _core.Store.ForgetRequests();

        (await ListAsync(Pending with { From = _core.Now + 2 * Second })).Schedules.Count.ShouldBe(1);

        _core.Store.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task From_to_bucket_and_after_filter_marked_schedules_like_moved_ones()
    {
        var keys = new List<ScheduleKey>();
        for (var n = 0; n < 10; n++)
            keys.Add(await MarkAsync(_core.Key((n - 20) * Minute, $"{n}", n % 2 == 0 ? "even" : "odd")));

        await ShouldListAsync(Failed with { From = keys[3].DueAt, To = keys[5].DueAt }, keys[3..5]);
        await ShouldListAsync(Failed with { From = keys[3].DueAt.AddTicks(1) }, keys[4..]);
        await ShouldListAsync(Failed with { Bucket = "odd", To = keys[4].DueAt }, [keys[1], keys[3]]);
        await ShouldListAsync(Failed with { KeyPrefix = "7" }, [keys[7]]);
        await ShouldListAsync(Failed with { After = keys[5], From = keys[2].DueAt }, keys[6..]);
        await ShouldListAsync(Failed with { After = keys[2], From = keys[5].DueAt }, keys[5..]);
    }

    [Fact]
    public async Task Foreign_objects_among_the_marks_are_not_listed()
    {
        _core.Store.Seed(_core.Folder.FailedMark(_core.Key(-Minute)), "no mark");
        _core.Store.Seed(new ObjectAddress(Core.Bucket, _core.Folder.MarksPrefix + "2026"));
        var key = await MarkAsync(_core.Key(-Second));

        (await ListAsync(Failed)).Schedules.ShouldHaveSingleItem().Key.ShouldBe(key);
    }

    private async Task ShouldListAsync(ScheduleQuery query, List<ScheduleKey> keys)
    {
        var page = await ListAsync(query);
        page.Schedules.Select(s => s.Key).ShouldBe(keys);
        page.Next.ShouldBeNull();
    }
}
