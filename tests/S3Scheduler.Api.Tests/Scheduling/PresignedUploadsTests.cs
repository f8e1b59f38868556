using S3Scheduler.Api.Tests.Delivery;

namespace S3Scheduler.Api.Tests.Scheduling;

public sealed class PresignedUploadsTests : CoreTests
{
    public override async ValueTask InitializeAsync() => await _core.StartedAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(86_400)]
    [InlineData(-86_400)]
    public async Task An_upload_expires_at_the_due_time_by_the_store_clock_in_whole_seconds(int skewSeconds)
    {
        using var core = new Core(skew: TimeSpan.FromSeconds(skewSeconds));
        var key = core.Key(10 * Minute + Millisecond);

        var (outcome, prepared, upload) = await PrepareAsync(core, key);

        (outcome, prepared).ShouldBe((UploadOutcome.Prepared, key));
        upload.ShouldNotBeNull().ExpiresAt.ShouldBeInRange(key.DueAt - Second, key.DueAt);
        (upload.ExpiresAt.Ticks % TimeSpan.TicksPerSecond).ShouldBe(0);
        core.Pending().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_upload_expires_after_an_hour_at_the_latest()
    {
        var (_, _, upload) = await PrepareAsync(_core, _core.Key(TimeSpan.FromDays(1)));
        upload.ShouldNotBeNull().ExpiresAt.ShouldBe(_core.Now + TimeSpan.FromHours(1), tolerance: 2 * Second);
    }

    // Each page load asks for it.
    [Fact]
    public async Task The_server_that_clients_upload_to_is_found_out_once()
    {
        var address = await _core.Uploads.AddressAsync(Core.Cancellation);
        address.ShouldNotBeNull();
        (await _core.Uploads.AddressAsync(Core.Cancellation)).ShouldBeSameAs(address);
    }

    [Theory]
    [InlineData(-60, false)]
    [InlineData(0, false)]
    [InlineData(4, false)]
    [InlineData(8, true)]
    public async Task An_upload_that_is_due_too_soon_is_refused(int seconds, bool allowed)
    {
        var destination = new Destination("reports", "a");
        var after = seconds * Second;
        foreach (var (due, field) in ((Due, string)[])[(new(_core.Now + after), "dueAt"), (new(null, after), "delay")])
        {
            var prepare = () => PrepareAsync(_core, due, destination);
            if (allowed) (await prepare()).Outcome.ShouldBe(UploadOutcome.Prepared);
            else (await Should.ThrowAsync<InvalidScheduleException>(prepare)).Errors.Keys.ShouldBe([field]);
        }
    }

    [Fact]
    public async Task A_destination_in_the_folder_of_the_service_is_refused()
    {
        var forged = new Destination(Core.Bucket, "schedules/2030-01-01T00:00:00.000Z|reports|a");
        var prepare = () => PrepareAsync(_core, new Due(_core.Now + Minute), forged);
        (await Should.ThrowAsync<InvalidScheduleException>(prepare)).Errors["key"][0].ShouldContain("own folder");
        _core.Store.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task No_upload_is_prepared_for_an_existing_schedule()
    {
        var key = _core.Seed(_core.Key(Minute));
        (await PrepareAsync(_core, key)).ShouldBe(new UploadResult(UploadOutcome.Exists, key));
    }

    [Fact]
    public async Task No_upload_is_prepared_on_a_server_whose_presigned_PUTs_do_more_than_upload()
    {
        _core.Store.Trial = new(Taken: "x-amz-copy-source");
        (await PrepareAsync(_core, _core.Key(Minute)))
            .ShouldBe(new UploadResult(UploadOutcome.Off) { Trial = _core.Store.Trial });
    }

    [Fact]
    public async Task Each_upload_has_its_own_schedule_id()
    {
        var key = _core.Key(Minute);
        var ids = new HashSet<string>();
        for (var n = 1; n <= 3; n++)
        {
            var (_, _, upload) = await PrepareAsync(_core, key);
            ids.Add(upload!.Put.Headers[ScheduleId.MetadataName]);
            ids.Count.ShouldBe(n);
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(90)]
    [InlineData(3_590)]
    [InlineData(3_640)]
    [InlineData(7_200)]
    public async Task A_schedule_uploaded_after_the_last_sweep_is_delivered_in_time(int seconds)
    {
        await _core.Worker.StartAsync(Core.Cancellation);
        await _core.Time.RunAsync(Second);
        var key = _core.Key(seconds * Second);
        var (_, _, upload) = await PrepareAsync(_core, key);
        await _core.Time.UntilAsleepAsync(within: (Math.Min(seconds, 60) + 2) * Second);
        await _core.Time.RunAsync(upload!.ExpiresAt - _core.Now - Second);

        _core.Seed(key);
        _core.Delivered(key).ShouldBeNull();
        await _core.Time.RunAsync(key.DueAt - _core.Now + 2 * Second);

        _core.Delivered(key).ShouldBe("content");
    }

    [Fact]
    public async Task A_due_time_that_has_passed_without_a_sweep_still_wakes_the_worker()
    {
        await _core.StartedAsync();
        var key = _core.Key(30 * Second);
        await PrepareAsync(_core, key);
        _core.Time.Advance(40 * Second);

        _core.Alarm.Take().ShouldBe(key.DueAt);
        _core.Alarm.Take().ShouldBeNull();
    }

    [Fact]
    public async Task An_upload_that_never_came_causes_one_sweep()
    {
        await _core.Worker.StartAsync(Core.Cancellation);
        await _core.Time.RunAsync(Second);
        await PrepareAsync(_core, _core.Key(90 * Second));
        _core.Store.ForgetRequests();

        await _core.Time.RunAsync(10 * Minute);

        // As without the upload: one LIST per interval, which starts again after that sweep.
        _core.Count(StoreOperation.List).ShouldBe(10);
    }

    [Fact]
    public async Task Many_uploads_that_never_came_cause_a_few_looks()
    {
        await StartWithUploadsInVainAsync(60);
        _core.Store.ForgetRequests();

        await _core.Time.RunAsync(80 * Second);

        _core.Count(StoreOperation.List).ShouldBeLessThanOrEqualTo(10);
    }

    [Fact]
    public async Task After_many_that_never_came_an_upload_is_delivered_within_an_interval_and_the_next_in_time()
    {
        await StartWithUploadsInVainAsync(40);
        await _core.Time.RunAsync(60 * Second);
        var late = _core.Seed(_core.Key(10 * Second, "late"));
        await PrepareAsync(_core, late);
        await _core.Time.RunAsync(Minute + 11 * Second);
        _core.Delivered(late).ShouldBe("content");

        var next = _core.Key(20 * Second, "next");
        var armed = _core.Time.NextTimerAsync(within: 20 * Second);
        await PrepareAsync(_core, next);
        await armed;
        await _core.Time.RunAsync(10 * Second);
        _core.Seed(next);
        await _core.Time.RunAsync(12 * Second);

        _core.Delivered(next).ShouldBe("content");
    }

    [Fact]
    public async Task Uploads_without_end_that_never_come_take_a_bounded_room()
    {
        for (var n = 0; n < 3_000; n++) await PrepareAsync(_core, _core.Key(10 * Second + n * 10 * Millisecond));

        _core.Alarm.ExpectedTimes.ShouldBeInRange(2, 2 * 31);
    }

    [Fact]
    public async Task Of_many_uploads_due_within_a_second_one_that_came_last_is_delivered_in_time()
    {
        await _core.Worker.StartAsync(Core.Cancellation);
        await _core.Time.RunAsync(Second);
        var keys = Enumerable.Range(0, 10).Select(n => _core.Key(20 * Second + n * 100 * Millisecond, $"{n}")).ToList();
        foreach (var key in keys)
        {
            var armed = _core.Time.NextTimerAsync(within: 20 * Second);
            await PrepareAsync(_core, key);
            await armed;
        }

        // After the look at the first due time.
        await _core.Time.RunAsync(keys[0].DueAt - _core.Now + 200 * Millisecond);
        _core.Seed(keys[5]);
        _core.Delivered(keys[5]).ShouldBeNull();
        await _core.Time.RunAsync(1.5 * Second);

        _core.Delivered(keys[5]).ShouldBe("content");
    }

    [Fact]
    public async Task An_upload_due_long_after_it_expires_wakes_no_worker()
    {
        await _core.Worker.StartAsync(Core.Cancellation);
        await _core.Time.RunAsync(Second);
        var key = _core.Key(2 * 60 * Minute + 30 * Second);
        await PrepareAsync(_core, key);
        await _core.Time.RunAsync(key.DueAt - _core.Now - 20 * Second);
        _core.Store.ForgetRequests();

        await _core.Time.RunAsync(40 * Second);

        _core.Store.Requests.ShouldBeEmpty();
    }

    // They are due a second apart.
    private async Task StartWithUploadsInVainAsync(int count)
    {
        await _core.Worker.StartAsync(Core.Cancellation);
        await _core.Time.RunAsync(Second);
        var armed = _core.Time.NextTimerAsync(within: 20 * Second);
        for (var n = 0; n < count; n++) await PrepareAsync(_core, _core.Key((20 + n) * Second, $"{n}"));
        await armed;
    }

    private static Task<UploadResult> PrepareAsync(Core core, ScheduleKey key) =>
        PrepareAsync(core, new Due(key.DueAt), key.Destination);

    private static Task<UploadResult> PrepareAsync(Core core, Due due, Destination destination) =>
        core.Uploads.PrepareAsync(
            new NewUpload(due, destination, new(), new ExpectedContent(null, null)), Core.Cancellation);
}
