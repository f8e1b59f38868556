namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>What becomes of a schedule that can't be delivered.</summary>
public sealed class FailureTests : IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly ObjectAttributes Attributes = new()
    {
        ContentType = "application/json",
        CacheControl = "no-store",
        ContentDisposition = "attachment",
        ContentEncoding = "gzip",
        ContentLanguage = "de",
        Metadata = new Dictionary<string, string> { ["origin"] = "test" },
    };

    private Core _core = new();

    public async ValueTask InitializeAsync() => await _core.SettledAsync();

    public ValueTask DisposeAsync()
    {
        _core.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("NoSuchBucket")]
    [InlineData("AccessDenied")]
    [InlineData("InvalidBucketName")]
    [InlineData("KeyTooLongError")]
    [InlineData("InvalidObjectState")]
    [InlineData("EntityTooLarge")]
    public async Task One_that_fails_for_good_goes_to_the_failed_ones_at_once_whole_and_the_others_go_on(string code)
    {
        var bad = (await _core.PostAsync(_core.Key(Second, "a", "bad"), "content", Attributes)).Schedule.Key;
        var next = (await _core.PostAsync(_core.Key(2 * Second, "a", "bad"), "next")).Schedule.Key;
        for (var n = 0; n < 1_000; n++) _core.Seed(_core.Key(Second, $"{n}"));
        _core.Time.Advance(4 * Second);
        _core.Store.Before = Faults.When(r => r.IsCopyTo("bad"), () => Faults.Permanent(code));

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1_000, 2));

        _core.Pending().ShouldBeEmpty();
        _core.Store.Keys("reports").Count.ShouldBe(1_000);
        _core.Store.Read(_core.Folder.Failed(bad, code)).ShouldBe("content");
        _core.Store.Read(_core.Folder.Failed(next, code)).ShouldBe("next");
        ScheduleId.RemoveFrom(_core.Store.Attributes(_core.Folder.Failed(bad, code))!).IsSameAs(Attributes).ShouldBeTrue();
        (await _core.NewestLeaseAsync())!.State.ShouldBe(LeaseState.Closed); // all is known
        _core.Log.Names.Count(n => n == "DeliveryFailed").ShouldBe(2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Odd/Code")]
    [InlineData("Odd|Code")]
    [InlineData("odd code")]
    [InlineData("Übel")]
    [InlineData("ThisIsACodeWithMoreThanFiftyFiveCharactersWhichNoneEverHad")]
    public async Task A_code_that_is_no_short_word_is_kept_as_Other(string code)
    {
        var key = _core.Seed(_core.Key(-Minute));
        _core.Store.Before = Faults.When(r => r.IsCopyTo("reports"), () => Faults.Permanent(code));

        (await _core.SweepAsync()).Failed.ShouldBe(1);

        _core.Store.Read(new ObjectAddress(Core.Bucket, $"schedules/.failed/{key}|Other"))
            .ShouldBe("content");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_can_not_even_be_moved_stays_pending_until_it_can(bool isTransient)
    {
        var key = _core.Seed(_core.Key(-Minute), id: "x");
        _core.Store.Before = Faults.When(
            r => r.Operation == StoreOperation.Copy,
            () => isTransient && _core.Store.Requests[^1].IsCopyTo(Core.Bucket) ? Faults.Transient() : Faults.Permanent("AccessDenied"));

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept));

        _core.Pending().ShouldBe([key.ToString()]);
        (await _core.NewestLeaseAsync())!.Unresolved.ShouldBe(["reports"]);
        _core.Log.Names.ShouldContain("MoveFailed");
        _core.Store.Before = Faults.When(r => r.IsCopyTo("reports"), () => Faults.Permanent("AccessDenied"));
        (await _core.SweepAsync()).Failed.ShouldBe(1);
        _core.Store.Read(_core.Folder.Failed(key, "AccessDenied")).ShouldBe("content");
    }

    [Fact]
    public async Task A_move_that_is_cut_off_before_its_delete_is_made_again_and_leaves_one()
    {
        var key = _core.Seed(_core.Key(-Minute), id: "x");
        _core.Store.Missing.Add("reports");
        _core.Store.RefusesDelete = _ => "InternalError";
        (await _core.SweepAsync()).Failed.ShouldBe(0);
        _core.Store.RefusesDelete = _ => null;

        (await _core.SweepAsync()).Failed.ShouldBe(1);

        _core.Pending().ShouldBeEmpty();
        _core.Store.Keys(Core.Bucket).Count(k => k.StartsWith(_core.Folder.FailedPrefix, StringComparison.Ordinal)).ShouldBe(1);
        _core.Store.Read(_core.Folder.Failed(key, "NoSuchBucket")).ShouldBe("content");
    }

    [Fact]
    public async Task One_bucket_that_fails_for_a_minute_delays_no_other_and_is_delivered_when_it_recovers()
    {
        var held = Enumerable.Range(0, 200).Select(n => _core.Seed(_core.Key(-Minute, $"{n}", "bad"), id: $"{n}")).ToList();
        _core.Store.Before = Faults.When(r => r.IsCopyTo("bad"), () => Faults.Transient("SlowDown"));
        for (var second = 0; second < 60; second++)
        {
            var good = _core.Seed(_core.Key(-Second, $"good {second}"));
            var result = await _core.SweepAsync();
            (result.Delivered, result.Failed).ShouldBe((1, 0));
            (result.RetryAt - _core.Store.Clock.Earliest).ShouldNotBeNull().ShouldBeInRange(TimeSpan.Zero, Minute);
            _core.Delivered(good).ShouldBe("content");
            _core.Time.Advance(Second);
        }

        // A pause of 1, 2, 4 … seconds or half of it between tries, each of which begins at most as many as run at once.
        var tries = _core.Store.Requests.Count(r => r.IsCopyTo("bad"));
        tries.ShouldBeInRange(6, 8 * 64);
        _core.Pending().Count.ShouldBe(200);
        _core.Store.Before = null;
        _core.Time.Advance(Minute);

        (await _core.SweepAsync()).Delivered.ShouldBe(200);
        _core.Delivered(held[^1]).ShouldBe("content");
    }

    [Fact]
    public async Task A_bucket_that_was_left_alone_and_answers_again_makes_no_sweep_come_sooner()
    {
        var key = _core.Seed(_core.Key(-Minute), id: "x");
        _core.Store.After = Faults.Once(r => r.IsCopyTo("reports"), () => throw Faults.Transient());
        (await _core.SweepAsync()).RetryAt.ShouldNotBeNull();
        _core.Time.Advance(Second);

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1)); // it was there

        _core.Delivered(key).ShouldBe("content");
        _core.Seed(_core.Key(-Minute, "b", "others"));
        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1));
    }

    [Fact]
    public async Task What_fails_for_passing_reasons_counts_as_failed_once_its_window_is_over()
    {
        _core = await new Core(retryWindow: 5 * Minute).SettledAsync();
        var key = _core.Seed(_core.Key(TimeSpan.Zero), id: "x");
        _core.Store.Before = Faults.When(r => r.IsCopyTo("reports"), () => Faults.Transient("SlowDown"));
        _core.Time.Advance(4 * Minute);
        (await _core.SweepAsync()).Failed.ShouldBe(0);
        _core.Time.Advance(2 * Minute);

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 0, 1));

        _core.Store.Read(_core.Folder.Failed(key, "SlowDown")).ShouldBe("content");
    }

    [Fact]
    public async Task Without_a_window_it_is_tried_for_ever()
    {
        _core.Seed(_core.Key(TimeSpan.Zero), id: "x");
        _core.Store.Before = Faults.When(r => r.IsCopyTo("reports"), () => Faults.Transient("SlowDown"));
        for (var day = 0; day < 400; day++)
        {
            _core.Time.Advance(TimeSpan.FromDays(1));
            (await _core.SweepAsync()).Failed.ShouldBe(0);
        }

        _core.Pending().Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(StoreException.CredentialsNotFound, false)]
    [InlineData(StoreException.DateMissing, true)]
    public async Task A_fault_that_is_the_services_own_says_nothing_of_the_schedule_and_moves_nothing(string code, bool isCopied)
    {
        _core = await new Core(retryWindow: TimeSpan.Zero).SettledAsync();
        var key = _core.Seed(_core.Key(-Minute), id: "x");
        var fail = Faults.When(r => r.Operation == StoreOperation.Copy, () => Faults.Permanent(code));
        if (isCopied) _core.Store.After = fail;
        else _core.Store.Before = fail;

        var result = await _core.SweepAsync();

        (result.Delivered, result.Failed).ShouldBe((0, 0));
        result.RetryAt.ShouldNotBeNull();
        _core.Pending().ShouldBe([key.ToString()]);
        _core.Store.Keys(Core.Bucket).ShouldNotContain(k => k.Contains(".failed/"));
        (_core.Store.Before, _core.Store.After) = (null, null);
        _core.Time.Advance(Second);
        (await _core.SweepAsync()).Delivered.ShouldBe(1);
    }
}
