using S3Scheduler.Api.Tests.Delivery;

namespace S3Scheduler.Api.Tests.Scheduling;

/// <summary>Retrying failed schedules.</summary>
public sealed class RetryTests() : CoreTests(new(concurrency: 8))
{
    public override async ValueTask InitializeAsync() => await _core.StartedAsync();

    [Fact]
    public async Task A_retry_delivers_the_content_with_all_its_attributes()
    {
        var attributes = new ObjectAttributes
        {
            ContentType = "application/json",
            CacheControl = "no-store",
            Metadata = new Dictionary<string, string> { ["origin"] = "test" },
        };
        var key = (await _core.PostAsync(_core.Key(5 * Second), "content", attributes)).Schedule.Key;
        _core.Store.Missing.Add("reports");
        _core.Time.Advance(Minute);
        (await _core.SweepAsync()).Failed.ShouldBe(1);
        var oldId = _core.Store.Attributes(_core.Folder.Failed(key, "NoSuchBucket"))!.Metadata[ScheduleId.MetadataName];
        _core.Store.Missing.Clear();

        var (outcome, schedule) = await RetryAsync(key);

        outcome.ShouldBe(RetryOutcome.Retried);
        var again = schedule.ShouldNotBeNull().Key;
        (again.DueAt, again.Destination, schedule.Failure).ShouldBe((_core.Store.Clock.Latest, key.Destination, null));
        FailedKeys().ShouldBeEmpty();
        _core.Pending().ShouldBe([again.ToString()]);
        _core.Time.Advance(2 * Second);
        (await _core.SweepAsync()).Delivered.ShouldBe(1);
        _core.Delivered(key).ShouldBe("content");
        var delivered = _core.Store.Attributes(new ObjectAddress("reports", "a")).ShouldNotBeNull();
        OwnMetadata.RemoveFrom(delivered).IsSameAs(attributes).ShouldBeTrue();
        delivered.Metadata[ScheduleId.MetadataName].ShouldNotBe(oldId);
    }

    [Fact]
    public async Task A_schedule_that_did_not_fail_is_not_found()
    {
        (await RetryAsync(_core.Key(-Minute))).ShouldBe(new RetryResult(RetryOutcome.NotFound, null));
        (await RetryAsync(_core.Key(-Minute, new string('~', 1000)))).Outcome.ShouldBe(RetryOutcome.NotFound);
    }

    [Fact]
    public async Task A_failed_schedule_that_is_still_pending_is_left_to_the_sweep()
    {
        var key = _core.Seed(Fail(_core.Key(-Minute)), id: "x");

        var (outcome, schedule) = await RetryAsync(key);

        (outcome, schedule!.Key).ShouldBe((RetryOutcome.StillPending, key));
        (_core.Pending().Count, FailedKeys().Count).ShouldBe((1, 1));
    }

    [Fact]
    public async Task A_schedule_with_two_error_codes_is_retried_once()
    {
        var key = Fail(Fail(_core.Key(-Minute), "AccessDenied"), "NoSuchBucket");

        (await RetryAsync(key)).Outcome.ShouldBe(RetryOutcome.Retried);
        (await RetryAsync(key)).Outcome.ShouldBe(RetryOutcome.NotFound);

        FailedKeys().ShouldBeEmpty();
        _core.Pending().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_retry_does_not_delete_another_schedule_with_the_same_key()
    {
        var key = _core.Key(-Minute);
        Fail(key, "AccessDenied", "first", "1");
        Fail(key, "NoSuchBucket", "second", "2");

        (await RetryAsync(key)).Outcome.ShouldBe(RetryOutcome.Retried);
        FailedKeys().ShouldBe([_core.Folder.Failed(key, "NoSuchBucket").Key]);
        (await RetryAsync(key)).Outcome.ShouldBe(RetryOutcome.Retried);

        FailedKeys().ShouldBeEmpty();
        _core.Pending().Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_failed_schedule_stays_if_the_pending_one_is_not_acknowledged(bool takesPlace)
    {
        var key = Fail(_core.Key(-Minute));
        FailAll(Is(StoreOperation.Put), () => Faults.Transient(), after: takesPlace);

        await Should.ThrowAsync<StoreException>(() => RetryAsync(key));

        (FailedKeys().Count, _core.Pending().Count).ShouldBe((1, takesPlace ? 1 : 0));
    }

    [Fact]
    public async Task Only_the_schedules_of_one_bucket_are_retried_page_by_page()
    {
        var keys = Enumerable.Range(0, 2_500)
            .Select(n => Fail(Due(n, $"{n}", n < 2_300 ? "mended" : "broken"))).ToList();
        var stillPending = _core.Seed(keys[7]);
        var (retried, pages) = (0, 0);
        ScheduleKey? after = null;
        do
        {
            var mended = ScheduleQuery.OfFailed("mended", after);
            (var some, after) = await _core.Retries.RetryAllAsync(mended, Core.Cancellation);
            (retried, pages) = (retried + some, pages + 1);
        }
        while (after is not null);

        (retried, pages).ShouldBe((2_299, 3));
        FailedKeys().Count.ShouldBe(201);
        _core.Time.Advance(2 * Second);
        (await _core.SweepAsync()).Delivered.ShouldBe(2_300);
        _core.Store.Keys("mended").Count.ShouldBe(2_300);
        _core.Delivered(stillPending).ShouldBe("content");
    }

    [Fact]
    public async Task Without_a_bucket_all_schedules_are_retried()
    {
        foreach (var bucket in new[] { "one", "two", "three" }) Fail(Due(0, "a", bucket));

        (await RetryAllAsync()).ShouldBe(new RetriedPage(3, null));
        FailedKeys().ShouldBeEmpty();
    }

    [Fact]
    public async Task One_that_the_store_refuses_stays_failed_and_all_others_are_retried()
    {
        for (var n = 0; n < 100; n++) Fail(Due(n, n == 0 ? "bad" : $"{n}"));
        _core.Store.Before = Faults.When(r => r.IsPutOf("|bad"), () => Faults.Permanent("InvalidArgument"));

        (await RetryAllAsync()).Retried.ShouldBe(99);

        FailedKeys().Single().ShouldContain("|bad|");
    }

    [Fact]
    public async Task If_the_store_refuses_all_of_them_the_caller_learns_why()
    {
        foreach (var name in new[] { "a", "b" }) Fail(Due(0, name));
        _core.Store.Before = Faults.When(r => r.IsPutOf("|reports|"), () => Faults.Permanent("AccessDenied"));

        (await Should.ThrowAsync<StoreException>(RetryAllAsync)).Code.ShouldBe("AccessDenied");

        FailedKeys().Count.ShouldBe(2);
    }

    [Fact]
    public async Task Retried_schedules_to_one_destination_keep_their_due_order()
    {
        for (var n = 0; n < 50; n++)
            foreach (var name in new[] { "a", "b", "c" })
                Fail(Due(n, name), content: $"{n}");

        (await RetryAllAsync()).Retried.ShouldBe(150);

        foreach (var name in new[] { "a", "b", "c" })
        {
            _core.Pending().Where(k => k.EndsWith(name, StringComparison.Ordinal))
                .Select(k => _core.Store.Read(new ObjectAddress(Core.Bucket, _core.Folder.Prefix + k)))
                .ShouldBe(Enumerable.Range(0, 50).Select(n => $"{n}"));
        }
    }

    [Fact]
    public async Task Two_schedules_with_equal_content_to_one_destination_stay_two()
    {
        Fail(Due(0, "a"));
        Fail(Due(1, "a"));

        (await RetryAllAsync()).Retried.ShouldBe(2);

        _core.Pending().Count.ShouldBe(2);
    }

    [Fact]
    public async Task Each_schedule_with_two_error_codes_is_retried_once()
    {
        for (var n = 0; n < 100; n++) Fail(Fail(Due(n, $"{n}"), "AccessDenied"), "NoSuchBucket");

        (await RetryAllAsync()).Retried.ShouldBe(100);

        _core.Pending().Count.ShouldBe(100);
        FailedKeys().ShouldBeEmpty();
    }

    private ScheduleKey Due(int seconds, string key, string bucket = "reports") =>
        _core.Key(TimeSpan.FromSeconds(seconds - 10_000), key, bucket);

    private ScheduleKey Fail(ScheduleKey key, string code = "NoSuchBucket", string content = "content", string id = "0")
    {
        _core.Store.Seed(_core.Folder.Failed(key, code), content, Core.WithId(id));
        return key;
    }

    private Task<RetryResult> RetryAsync(ScheduleKey key) => _core.Retries.RetryAsync(key, Core.Cancellation);

    private Task<RetriedPage> RetryAllAsync() =>
        _core.Retries.RetryAllAsync(ScheduleQuery.OfFailed(null, null), Core.Cancellation);
}
