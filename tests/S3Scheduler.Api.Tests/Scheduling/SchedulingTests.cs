using S3Scheduler.Api.Tests.Delivery;

namespace S3Scheduler.Api.Tests.Scheduling;

public sealed class SchedulingTests : CoreTests
{
    private static readonly ObjectAttributes Json = new()
    {
        ContentType = "application/json",
        Metadata = new Dictionary<string, string> { ["origin"] = "test" },
    };

    [Fact]
    public async Task A_schedule_is_one_object_whose_key_has_its_due_time_and_destination()
    {
        var key = _core.Key(Minute, "2026/daily.json");

        var result = await _core.PostAsync(key, "content", Json);

        result.Outcome.ShouldBe(ScheduleOutcome.Created);
        (result.Schedule.Key, result.Schedule.Size).ShouldBe((key, 7));
        result.Schedule.CreatedAt.ShouldBe(new DateTimeOffset(2026, 11, 21, 19, 4, 30, TimeSpan.Zero));
        _core.Pending().ShouldBe(["2026-11-21T19:05:30.250Z|reports|2026~~daily.json"]);
        _core.Store.Read(_core.Folder.Pending(key)).ShouldBe("content");
    }

    [Fact]
    public async Task A_schedule_is_read_back_without_the_metadata_of_the_service()
    {
        var key = _core.Key(Minute);
        await _core.PostAsync(key, "content", Json);

        var schedule = (await _core.Scheduler.GetAsync(key, Core.Cancellation)).ShouldNotBeNull();
        schedule.Attributes.ShouldNotBeNull().IsSameAs(Json).ShouldBeTrue();
        _core.Store.Attributes(_core.Folder.Pending(key))!.Metadata[ScheduleId.MetadataName].Length.ShouldBe(32);
        (await _core.Scheduler.GetAsync(_core.Key(Minute, "b"), Core.Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task A_repeated_post_is_the_same_schedule()
    {
        var key = _core.Key(Minute);
        var first = await _core.PostAsync(key, "content", Json);
        var stored = await _core.Store.HeadAsync(_core.Folder.Pending(key), Core.Cancellation);
        _core.Time.Advance(TimeSpan.FromSeconds(10));

        var again = await _core.PostAsync(key, "content", Json);

        again.Outcome.ShouldBe(ScheduleOutcome.Existing);
        (again.Schedule.Key, again.Schedule.CreatedAt).ShouldBe((key, first.Schedule.CreatedAt));
        (await _core.Store.HeadAsync(_core.Folder.Pending(key), Core.Cancellation)).ShouldBe(stored);
    }

    [Fact]
    public async Task Other_content_or_attributes_are_a_conflict_and_nothing_is_overwritten()
    {
        var key = _core.Key(Minute);
        await _core.PostAsync(key, "content", Json);
        var stored = await _core.Store.HeadAsync(_core.Folder.Pending(key), Core.Cancellation);

        (string Content, ObjectAttributes Attributes)[] others =
        [
            ("contents", Json), ("kontent", Json), ("", Json),
            ("content", new ObjectAttributes()), ("content", Json with { ContentType = "text/plain" }),
            ("content", Json with { CacheControl = "no-store" }), ("content", Json with { ContentEncoding = "gzip" }),
            ("content", Json with { Metadata = new Dictionary<string, string>() }),
            ("content", Json with { Metadata = new Dictionary<string, string> { ["origin"] = "other" } }),
            ("content", Json with { Metadata = new Dictionary<string, string> { ["origin"] = "test", ["more"] = "" } }),
        ];
        foreach (var (content, attributes) in others)
            (await _core.PostAsync(key, content, attributes)).Outcome.ShouldBe(ScheduleOutcome.Conflict);

        (await _core.Store.HeadAsync(_core.Folder.Pending(key), Core.Cancellation)).ShouldBe(stored);
        _core.Store.Read(_core.Folder.Pending(key)).ShouldBe("content");
    }

    [Fact]
    public async Task A_destination_in_the_folder_of_the_service_or_too_long_is_refused()
    {
        var ownFolder = _core.Key(Minute, "/schedules/x", Core.Bucket);
        foreach (var key in new[] { ownFolder, _core.Key(Minute, new string('~', 400)) })
            (await Should.ThrowAsync<InvalidScheduleException>(() => _core.PostAsync(key)))
                .Errors.Keys.ShouldBe(["key"]);

        _core.Pending().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_delay_starts_at_the_latest_possible_server_time()
    {
        var key = (await _core.PostAsync(new Due(null, Minute), new Destination("reports", "a"))).Schedule.Key;

        (key.DueAt - _core.Now).ShouldBeInRange(Minute, Minute + Second);
        var post = () => _core.PostAsync(new Due(null, DueTime.Max - _core.Now), new Destination("reports", "a"));
        (await Should.ThrowAsync<InvalidScheduleException>(post)).Errors.Keys.ShouldBe(["delay"]);
    }

    [Theory]
    [InlineData("jump")]
    [InlineData("idle")]
    public async Task A_wide_gap_between_the_bounds_of_the_clock_makes_no_schedule_late(string why)
    {
        await _core.StartedAsync();
        if (why == "jump") _core.Time.SetWall(ManualTime.Start.AddDays(1));
        else _core.Time.Advance(TimeSpan.FromDays(3));
        var key = _core.Key(Minute);

        (await _core.PostAsync(key)).Schedule.Key.ShouldBe(key);
        var delayed = await _core.PostAsync(new Due(null, Minute), new Destination("reports", "b"));
        (delayed.Schedule.Key.DueAt - _core.Now).ShouldBeInRange(Minute, Minute + TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_late_schedule_gets_the_latest_possible_server_time_as_its_due_time()
    {
        await _core.StartedAsync();
        var key = (await _core.PostAsync(_core.Key(-Minute))).Schedule.Key;

        key.DueAt.ShouldBe(_core.Store.Clock.Latest);
        key.DueAt.ShouldBeGreaterThan(_core.Now);
    }

    [Fact]
    public async Task A_late_schedule_is_due_after_one_that_was_posted_earlier()
    {
        await _core.StartedAsync();
        _core.Time.Advance(TimeSpan.FromSeconds(0.5)); // the first response lowers the latest possible time
        var first = (await _core.PostAsync(_core.Key(-Minute), "first")).Schedule.Key;
        var second = (await _core.PostAsync(_core.Key(-Minute), "second")).Schedule.Key;

        second.DueAt.ShouldBeGreaterThan(first.DueAt);
    }

    [Fact]
    public async Task Late_schedules_to_one_destination_take_the_next_free_millisecond()
    {
        await _core.StartedAsync();
        var keys = new List<ScheduleKey>();
        foreach (var content in new[] { "one", "two", "three" })
        {
            var result = await _core.PostAsync(_core.Key(-Minute), content);
            result.Outcome.ShouldBe(ScheduleOutcome.Created);
            keys.Add(result.Schedule.Key);
        }

        keys.Select(k => k.DueAt - keys[0].DueAt).ShouldBe([TimeSpan.Zero, Millisecond, 2 * Millisecond]);
        keys.Select(k => _core.Store.Read(_core.Folder.Pending(k))).ShouldBe(["one", "two", "three"]);
    }

    [Fact]
    public async Task A_key_that_becomes_free_during_the_comparison_is_used()
    {
        var key = _core.Key(Minute);
        await _core.PostAsync(key, "old");
        _core.BeforeFirst(StoreOperation.Get, () => _core.Store.Remove(_core.Folder.Pending(key)));

        (await _core.PostAsync(key, "new")).Outcome.ShouldBe(ScheduleOutcome.Created);
        _core.Store.Read(_core.Folder.Pending(key)).ShouldBe("new");
    }

    [Fact]
    public async Task Nothing_is_stored_if_the_server_time_is_unknown()
    {
        await _core.StartedAsync();
        var days = 0;
        _core.Store.Before = _ =>
        {
            _core.Time.SetWall(ManualTime.Start.AddDays(++days));
            return Task.CompletedTask;
        };
        _core.Time.SetWall(ManualTime.Start.AddDays(++days));

        var fault = await Should.ThrowAsync<StoreException>(() => _core.PostAsync(_core.Key(-Minute)));

        (fault.Code, fault.IsTransient).ShouldBe(("TimeUnknown", true));
        _core.Pending().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_that_is_too_long_for_an_object_is_not_found()
    {
        var key = _core.Key(Minute, new string('~', 1000));

        (await _core.Scheduler.GetAsync(key, Core.Cancellation)).ShouldBeNull();
        (await _core.Scheduler.FindContentAsync(key, openImmediately: true, Core.Cancellation)).ShouldBeNull();
        (await _core.Scheduler.CancelAsync(key, Core.Cancellation)).ShouldBe(CancelOutcome.NotFound);
    }
}
