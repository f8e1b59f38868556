namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>Schedules that the service would not have accepted, but that are in its folder when they are due.</summary>
public sealed class NotAllowedTests() : CoreTests(new(destinations: ["settled", "reports", "exports/2026/"]))
{
    private const string Code = "DestinationNotAllowed";

    public override async ValueTask InitializeAsync() => await _core.SettledAsync();

    [Theory]
    [InlineData("photos", "a")]
    [InlineData("exports", "2025/a")]
    [InlineData("exports", "/2026/a")]
    [InlineData("exports", "2025/../2026/a")]
    [InlineData(Core.Bucket, "a")]
    [InlineData(Core.Bucket, "others/.sweep/000000000000")]
    [InlineData(Core.Bucket, "schedules/2026-11-21T19:00:00.000Z|photos|a")]
    [InlineData(Core.Bucket, "//schedules/.sweep/000000000000")]
    public async Task One_that_was_put_into_the_folder_by_hand_fails_at_once_and_is_not_copied_there(
        string bucket, string name)
    {
        var bad = _core.Seed(_core.Key(-Minute, name, bucket), "bad", id: "x");
        var good = _core.Seed(_core.Key(-Minute), "good", id: "y");

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1, 1));

        _core.Store.Read(_core.Folder.Failed(bad, Code)).ShouldBe("bad");
        _core.Store.Attributes(_core.Folder.Failed(bad, Code))!.Metadata[ScheduleId.MetadataName].ShouldBe("x");
        _core.Delivered(good).ShouldBe("good");
        _core.Store.Requests.ShouldAllBe(r => r.Target != new ObjectAddress(bucket, name));
        _core.Delivered(bad).ShouldBeNull();
        _core.Pending().ShouldBeEmpty();
        (await _core.NewestLeaseAsync())!.State.ShouldBe(LeaseState.Closed); // nothing is unresolved
        _core.Log.Names.Count(n => n == "DeliveryFailed").ShouldBe(1);
        (await _core.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Idle);
    }

    [Fact]
    public async Task One_that_was_accepted_before_the_list_was_narrowed_fails()
    {
        var key = (await _core.PostAsync(_core.Key(5 * Second))).Schedule.Key;
        using var narrower = _core.AnotherProcess("exports/2026/");
        _core.Time.Advance(Minute);
        (await narrower.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 0, 1));

        FailedKeys().ShouldBe([_core.Folder.Failed(key, Code).Key]);
        _core.Delivered(key).ShouldBeNull();
    }

    [Fact]
    public async Task One_that_was_delivered_before_the_list_was_narrowed_has_not_failed()
    {
        var key = (await _core.PostAsync(_core.Key(5 * Second))).Schedule.Key;
        _core.Time.Advance(10 * Second);
        await CrashAsync(_core, Is(StoreOperation.Delete));
        using var narrower = _core.AnotherProcess("exports/2026/");
        _core.Time.Advance(Minute);

        (await narrower.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1));

        FailedKeys().ShouldBeEmpty();
        _core.Pending().ShouldBeEmpty();
        _core.Delivered(key).ShouldBe("content");
        narrower.Count(StoreOperation.Copy).ShouldBe(0);
    }

    [Fact]
    public async Task One_that_cannot_be_moved_to_failed_is_marked()
    {
        var key = _core.Seed(_core.Key(-Minute, bucket: "photos"), id: "x");
        _core.Store.Before = Faults.When(Is(StoreOperation.Copy), () => Faults.Permanent("InvalidObjectState"));

        (await _core.SweepAsync()).Failed.ShouldBe(1);

        var mark = await FailureMark.ReadAsync(
            _core.AnotherProcess().Store, _core.Folder.FailedMark(key), Core.Cancellation);
        mark.ShouldNotBeNull().Code.ShouldBe(Code);
        _core.Pending().ShouldBe([key.ToString()]);
    }

    [Fact]
    public async Task A_thousand_of_them_delay_no_other()
    {
        for (var n = 0; n < 1_000; n++) _core.Seed(_core.Key(-Minute, $"{n}", "photos"));
        var good = _core.Seed(_core.Key(-Second));

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1, 1_000));

        _core.Delivered(good).ShouldBe("content");
        _core.Store.Keys("photos").ShouldBeEmpty();
    }

    [Fact]
    public async Task In_the_own_bucket_what_the_list_names_is_delivered_and_nothing_else()
    {
        using var core = _core.AnotherProcess("*", "scheduler/exports/");
        var named = _core.Seed(_core.Key(-Minute, "exports/a", Core.Bucket), "named");
        var other = _core.Seed(_core.Key(-Minute, "others/a", Core.Bucket), "other");
        var anywhere = _core.Seed(_core.Key(-Minute, "a", "photos"), "anywhere");

        (await core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 2, 1));

        (_core.Delivered(named), _core.Delivered(other), _core.Delivered(anywhere))
            .ShouldBe(("named", null, "anywhere"));
        FailedKeys().ShouldBe([_core.Folder.Failed(other, Code).Key]);
    }
}
