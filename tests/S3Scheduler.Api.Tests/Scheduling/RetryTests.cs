namespace S3Scheduler.Api.Tests.Scheduling;

/// <summary>Bringing back what could not be delivered.</summary>
public sealed class RetryTests : IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Core _core = new(concurrency: 8);

    public async ValueTask InitializeAsync() => await _core.StartedAsync();

    public ValueTask DisposeAsync()
    {
        _core.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Once_the_reason_is_gone_a_retry_delivers_it_with_all_that_it_was()
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
        Failed().ShouldBeEmpty();
        _core.Pending().ShouldBe([again.ToString()]);
        _core.Time.Advance(2 * Second);
        (await _core.SweepAsync()).Delivered.ShouldBe(1);
        _core.Delivered(key).ShouldBe("content");
        var delivered = _core.Store.Attributes(new ObjectAddress("reports", "a")).ShouldNotBeNull();
        ScheduleId.RemoveFrom(delivered).IsSameAs(attributes).ShouldBeTrue();
        delivered.Metadata[ScheduleId.MetadataName].ShouldNotBe(oldId);
    }

    [Fact]
    public async Task What_did_not_fail_is_not_found()
    {
        (await RetryAsync(_core.Key(-Minute))).ShouldBe(new RetryResult(RetryOutcome.NotFound, null));
        (await RetryAsync(_core.Key(-Minute, new string('~', 1000)))).Outcome.ShouldBe(RetryOutcome.NotFound);
    }

    [Fact]
    public async Task One_that_is_still_pending_is_left_to_the_sweep()
    {
        var key = _core.Seed(Fail(_core.Key(-Minute)), id: "x");

        var (outcome, schedule) = await RetryAsync(key);

        (outcome, schedule!.Key).ShouldBe((RetryOutcome.StillPending, key));
        (_core.Pending().Count, Failed().Count).ShouldBe((1, 1));
    }

    [Fact]
    public async Task One_with_two_codes_is_retried_once()
    {
        var key = Fail(Fail(_core.Key(-Minute), "AccessDenied"), "NoSuchBucket");

        (await RetryAsync(key)).Outcome.ShouldBe(RetryOutcome.Retried);
        (await RetryAsync(key)).Outcome.ShouldBe(RetryOutcome.NotFound);

        Failed().ShouldBeEmpty();
        _core.Pending().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Another_schedule_of_the_same_key_is_not_deleted_with_the_one_that_is_retried()
    {
        var key = _core.Key(-Minute);
        Fail(key, "AccessDenied", "first", "1");
        Fail(key, "NoSuchBucket", "second", "2");

        (await RetryAsync(key)).Outcome.ShouldBe(RetryOutcome.Retried);
        Failed().ShouldBe([_core.Folder.Failed(key, "NoSuchBucket").Key]);
        (await RetryAsync(key)).Outcome.ShouldBe(RetryOutcome.Retried);

        Failed().ShouldBeEmpty();
        _core.Pending().Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_the_pending_one_is_not_acknowledged_the_failed_one_stays(bool takesPlace)
    {
        var key = Fail(_core.Key(-Minute));
        var lose = Faults.When(r => r.Operation == StoreOperation.Put, () => Faults.Transient());
        if (takesPlace) _core.Store.After = lose;
        else _core.Store.Before = lose;

        await Should.ThrowAsync<StoreException>(() => RetryAsync(key));

        (Failed().Count, _core.Pending().Count).ShouldBe((1, takesPlace ? 1 : 0));
    }

    [Fact]
    public async Task All_of_a_bucket_are_retried_page_by_page_and_no_others()
    {
        var keys = Enumerable.Range(0, 2_500).Select(n => Fail(Due(n, $"{n}", n < 2_300 ? "mended" : "broken"))).ToList();
        var stillPending = _core.Seed(keys[7]);
        var (retried, pages) = (0, 0);
        ScheduleKey? after = null;
        do
        {
            (var some, after) = await _core.Retries.RetryAllAsync("mended", after, Core.Cancellation);
            (retried, pages) = (retried + some, pages + 1);
        }
        while (after is not null);

        (retried, pages).ShouldBe((2_299, 3));
        Failed().Count.ShouldBe(201);
        _core.Time.Advance(2 * Second);
        (await _core.SweepAsync()).Delivered.ShouldBe(2_300);
        _core.Store.Keys("mended").Count.ShouldBe(2_300);
        _core.Delivered(stillPending).ShouldBe("content");
    }

    [Fact]
    public async Task Without_a_bucket_all_are_retried()
    {
        foreach (var bucket in new[] { "one", "two", "three" }) Fail(Due(0, "a", bucket));

        (await RetryAllAsync()).ShouldBe(new RetriedPage(3, null));
        Failed().ShouldBeEmpty();
    }

    [Fact]
    public async Task To_one_destination_all_are_delivered_in_due_order()
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
    public async Task Two_with_the_same_content_to_one_destination_stay_two()
    {
        Fail(Due(0, "a"));
        Fail(Due(1, "a"));

        (await RetryAllAsync()).Retried.ShouldBe(2);

        _core.Pending().Count.ShouldBe(2);
    }

    [Fact]
    public async Task All_with_two_codes_are_retried_once_each()
    {
        for (var n = 0; n < 100; n++) Fail(Fail(Due(n, $"{n}"), "AccessDenied"), "NoSuchBucket");

        (await RetryAllAsync()).Retried.ShouldBe(100);

        _core.Pending().Count.ShouldBe(100);
        Failed().ShouldBeEmpty();
    }

    private ScheduleKey Due(int seconds, string key, string bucket = "reports") => _core.Key(TimeSpan.FromSeconds(seconds - 10_000), key, bucket);

    private ScheduleKey Fail(ScheduleKey key, string code = "NoSuchBucket", string content = "content", string id = "0")
    {
        var attributes = new ObjectAttributes { Metadata = new Dictionary<string, string> { [ScheduleId.MetadataName] = id } };
        _core.Store.Seed(_core.Folder.Failed(key, code), content, attributes);
        return key;
    }

    private List<string> Failed() =>
        [.. _core.Store.Keys(Core.Bucket).Where(k => k.StartsWith(_core.Folder.FailedPrefix, StringComparison.Ordinal))];

    private Task<RetryResult> RetryAsync(ScheduleKey key) => _core.Retries.RetryAsync(key, Core.Cancellation);

    private Task<RetriedPage> RetryAllAsync() => _core.Retries.RetryAllAsync(null, null, Core.Cancellation);
}
