namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>What happens to a schedule that can't be delivered.</summary>
public sealed class FailureTests : CoreTests
{
    private static readonly ObjectAttributes Attributes = new()
    {
        ContentType = "application/json",
        CacheControl = "no-store",
        ContentDisposition = "attachment",
        ContentEncoding = "gzip",
        ContentLanguage = "de",
        Metadata = new Dictionary<string, string> { ["origin"] = "test" },
    };

    public override async ValueTask InitializeAsync() => await _core.SettledAsync();

    [Theory]
    [InlineData("NoSuchBucket")]
    [InlineData("AccessDenied")]
    [InlineData("InvalidBucketName")]
    [InlineData("KeyTooLongError")]
    [InlineData("InvalidObjectState")]
    [InlineData("EntityTooLarge")]
    public async Task A_permanent_fault_moves_the_whole_schedule_to_failed_and_delays_no_other(string code)
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
        OwnMetadata.RemoveFrom(_core.Store.Attributes(_core.Folder.Failed(bad, code))!)
            .IsSameAs(Attributes).ShouldBeTrue();
        (await _core.NewestLeaseAsync())!.State.ShouldBe(LeaseState.Closed); // nothing is unresolved
        _core.Log.Names.Count(n => n == "DeliveryFailed").ShouldBe(2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Odd/Code")]
    [InlineData("Odd|Code")]
    [InlineData("odd code")]
    [InlineData("Übel")]
    [InlineData("ThisIsACodeWithMoreThanFiftyFiveCharactersWhichNoneEverHad")]
    public async Task An_error_code_that_is_not_a_short_word_is_stored_as_Other(string code)
    {
        var key = _core.Seed(_core.Key(-Minute));
        _core.Store.Before = Faults.When(r => r.IsCopyTo("reports"), () => Faults.Permanent(code));

        (await _core.SweepAsync()).Failed.ShouldBe(1);

        _core.Store.Read(new ObjectAddress(Core.Bucket, $"schedules/.failed/{key}|Other"))
            .ShouldBe("content");
    }

    [Fact]
    public async Task A_schedule_that_cannot_be_moved_to_failed_for_now_stays_pending_until_it_can()
    {
        var key = _core.Seed(_core.Key(-Minute), id: "x");
        _core.Store.Before = Faults.When(
            Is(StoreOperation.Copy),
            () => _core.Store.Requests[^1].IsCopyTo(Core.Bucket)
                ? Faults.Transient() : Faults.Permanent("AccessDenied"));

        (await _core.SweepAsync() with { RetryAt = null }).ShouldBe(new SweepResult(SweepOutcome.Swept));

        _core.Pending().ShouldBe([key.ToString()]);
        (await _core.NewestLeaseAsync())!.Unresolved.ShouldBe(["reports"]);
        _core.Log.Names.ShouldContain("MoveFailed");
        _core.Time.Advance(Second); // the longest pause after one failure
        _core.Store.Before = Faults.When(r => r.IsCopyTo("reports"), () => Faults.Permanent("AccessDenied"));
        (await _core.SweepAsync()).Failed.ShouldBe(1);
        _core.Store.Read(_core.Folder.Failed(key, "AccessDenied")).ShouldBe("content");
    }

    [Fact]
    public async Task A_move_interrupted_before_its_delete_is_repeated_and_leaves_one_failed_schedule()
    {
        var key = _core.Seed(_core.Key(-Minute), id: "x");
        _core.Store.Missing.Add("reports");
        _core.Store.RefusesDelete = _ => "InternalError";
        (await _core.SweepAsync()).Failed.ShouldBe(0);
        _core.Store.RefusesDelete = _ => null;
        _core.Time.Advance(Second); // the longest pause after one failure

        (await _core.SweepAsync()).Failed.ShouldBe(1);

        _core.Pending().ShouldBeEmpty();
        FailedKeys().Count.ShouldBe(1);
        _core.Store.Read(_core.Folder.Failed(key, "NoSuchBucket")).ShouldBe("content");
    }

    [Fact]
    public async Task A_bucket_that_fails_for_a_minute_delays_no_other_and_is_served_once_it_recovers()
    {
        var held = Enumerable.Range(0, 200)
            .Select(n => _core.Seed(_core.Key(-Minute, $"{n}", "bad"), id: $"{n}")).ToList();
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

        // Tries are 1, 2, 4 … seconds or half of that apart, and each starts at most 64 copies.
        var tries = _core.Store.Requests.Count(r => r.IsCopyTo("bad"));
        tries.ShouldBeInRange(6, 8 * 64);
        _core.Pending().Count.ShouldBe(200);
        _core.Store.Before = null;
        _core.Time.Advance(Minute);

        (await _core.SweepAsync()).Delivered.ShouldBe(200);
        _core.Delivered(held[^1]).ShouldBe("content");
    }

    [Fact]
    public async Task A_bucket_that_has_recovered_requests_no_early_sweep()
    {
        var key = _core.Seed(_core.Key(-Minute), id: "x");
        _core.Store.After = Faults.Once(r => r.IsCopyTo("reports"), () => throw Faults.Transient());
        (await _core.SweepAsync()).RetryAt.ShouldNotBeNull();
        _core.Time.Advance(Second);

        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1)); // the copy was there already

        _core.Delivered(key).ShouldBe("content");
        _core.Seed(_core.Key(-Minute, "b", "others"));
        (await _core.SweepAsync()).ShouldBe(new SweepResult(SweepOutcome.Swept, 1));
    }

    [Fact]
    public async Task A_schedule_with_transient_faults_has_failed_once_its_retry_window_is_over()
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
    public async Task Without_a_retry_window_a_schedule_is_retried_forever()
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
    public async Task A_service_fault_does_not_make_the_schedule_fail(string code, bool isCopied)
    {
        _core = await new Core(retryWindow: TimeSpan.Zero).SettledAsync();
        var key = _core.Seed(_core.Key(-Minute), id: "x");
        FailAll(Is(StoreOperation.Copy), () => Faults.Permanent(code), after: isCopied);

        var result = await _core.SweepAsync();

        (result.Delivered, result.Failed).ShouldBe((0, 0));
        result.RetryAt.ShouldNotBeNull();
        _core.Pending().ShouldBe([key.ToString()]);
        _core.Store.Keys(Core.Bucket).ShouldNotContain(k => k.Contains(".failed/"));
        EndFaults();
        _core.Time.Advance(Second);
        (await _core.SweepAsync()).Delivered.ShouldBe(1);
    }
}
