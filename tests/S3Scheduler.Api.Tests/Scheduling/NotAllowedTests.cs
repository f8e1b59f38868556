using S3Scheduler.Api.Tests.Delivery;

namespace S3Scheduler.Api.Tests.Scheduling;

/// <summary>What clients ask for when the destination is not allowed, or not any more.</summary>
public sealed class NotAllowedTests() : CoreTests(new(destinations: ["reports", "exports/2026/"]))
{
    private const string Code = "DestinationNotAllowed";

    public override async ValueTask InitializeAsync() => await _core.StartedAsync();

    [Theory]
    [InlineData("photos", "a", "bucket")]
    [InlineData("exports", "2025/a", "key")]
    [InlineData("exports", "/2026/a", "key")]
    [InlineData(Core.Bucket, "others/a", "bucket")]
    [InlineData(Core.Bucket, "schedules/a", "key")]
    public async Task A_post_and_an_upload_are_refused_by_the_wrong_field_and_nothing_is_stored(
        string bucket, string name, string field)
    {
        var key = _core.Key(Minute, name, bucket);
        var upload = new NewUpload(new Due(key.DueAt), key.Destination, Core.Text, new(null, null));

        var posted = await Should.ThrowAsync<InvalidScheduleException>(() => _core.PostAsync(key));
        var prepared = await Should.ThrowAsync<InvalidScheduleException>(
            () => _core.Uploads.PrepareAsync(upload, Core.Cancellation));

        (posted.Errors.Keys.Single(), prepared.Errors.Keys.Single()).ShouldBe((field, field));
        _core.Pending().ShouldBeEmpty();
        _core.Count(StoreOperation.Put).ShouldBe(0);
    }

    [Fact]
    public async Task A_schedule_whose_destination_is_not_allowed_any_more_is_cancelled_but_not_rescheduled()
    {
        var key = (await _core.PostAsync(_core.Key(Minute))).Schedule.Key;
        using var narrower = await _core.AnotherProcess("exports/2026/").StartedAsync();

        foreach (var dueAt in new[] { key.DueAt, key.DueAt + Minute })
            (await narrower.Scheduler.RescheduleAsync(key, dueAt, Core.Cancellation))
                .ShouldBe(new RescheduleResult(RescheduleOutcome.NotAllowed));

        _core.Pending().ShouldBe([key.ToString()]);
        narrower.Store.Requests.ShouldAllBe(r => r.Operation == StoreOperation.Get);
        var missing = _core.Key(Minute, "missing", "photos");
        (await narrower.Scheduler.RescheduleAsync(missing, key.DueAt, Core.Cancellation)).Outcome
            .ShouldBe(RescheduleOutcome.NotFound);
        (await narrower.Scheduler.CancelAsync(key, Core.Cancellation)).ShouldBe(CancelOutcome.Cancelled);
    }

    [Theory]
    [InlineData(Code)]
    [InlineData("NoSuchBucket")]
    public async Task A_failed_schedule_is_retried_only_when_its_destination_is_allowed(string code)
    {
        var key = Fail(_core.Key(-Minute, bucket: "photos"), code);

        (await RetryAsync(_core, key)).ShouldBe(new RetryResult(RetryOutcome.NotAllowed));

        (FailedKeys().Single(), _core.Pending().Count).ShouldBe((_core.Folder.Failed(key, code).Key, 0));
        using var wider = await _core.AnotherProcess("photos").StartedAsync();
        (await RetryAsync(wider, key)).Outcome.ShouldBe(RetryOutcome.Retried);
        _core.Time.Advance(3 * Second);
        (await wider.SweepAsync()).Delivered.ShouldBe(1);
        (_core.Delivered(key), FailedKeys().Count).ShouldBe(("content", 0));
    }

    [Fact]
    public async Task A_schedule_that_is_not_there_is_not_found_wherever_it_would_go() =>
        (await RetryAsync(_core, _core.Key(-Minute, bucket: "photos"))).Outcome.ShouldBe(RetryOutcome.NotFound);

    [Fact]
    public async Task Retrying_all_passes_over_those_whose_destination_is_not_allowed()
    {
        string[] stay =
        [
            .. new[] { ("photos", "a"), ("exports", "2025/a"), (Core.Bucket, "a"), (Core.Bucket, "schedules/a") }
                .Select(bad => $"{Fail(_core.Key(-Minute, bad.Item2, bad.Item1), Code)}"),
        ];
        for (var n = 0; n < 10; n++) Fail(_core.Key(-Minute, $"{n}"), Code);

        var all = ScheduleQuery.OfFailed(null, null);
        (await _core.Retries.RetryAllAsync(all, Core.Cancellation)).ShouldBe(new RetriedPage(10, null));

        FailedKeys().ShouldBe(stay.Select(key => $"{_core.Folder.FailedPrefix}{key}|{Code}"), ignoreOrder: true);
        _core.Pending().Count.ShouldBe(10);
    }

    private ScheduleKey Fail(ScheduleKey key, string code)
    {
        _core.Store.Seed(_core.Folder.Failed(key, code), "content", Core.WithId("0"));
        return key;
    }

    private static Task<RetryResult> RetryAsync(Core core, ScheduleKey key) =>
        core.Retries.RetryAsync(key, Core.Cancellation);
}
