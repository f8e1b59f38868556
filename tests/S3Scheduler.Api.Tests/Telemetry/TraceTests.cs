using System.Diagnostics;
using S3Scheduler.Api.Tests.Delivery;

namespace S3Scheduler.Api.Tests.Telemetry;

/// <summary>How the span of a delivery finds the request that scheduled it, and what that costs.</summary>
public sealed class TraceTests : CoreTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public override async ValueTask InitializeAsync() => await _core.SettledAsync();

    [Fact]
    public async Task Two_processes_a_day_apart_the_delivery_is_linked_to_the_request_that_scheduled()
    {
        var key = _core.Key(Day);
        var request = await PostTracedAsync(key);
        await Other.SettledAsync();
        using var spans = new Spans(Other);
        _core.Time.Advance(Day + Second);

        (await Other.SweepAsync()).Delivered.ShouldBe(1);

        var delivery = spans.Named("deliver").ShouldHaveSingleItem();
        LinksTo(delivery, request).ShouldBeTrue();
        delivery.Kind.ShouldBe(ActivityKind.Consumer);
        delivery.TagObjects.Select(tag => (tag.Key, tag.Value)).ShouldBe([
            ("key", key.ToString()), ("bucket", "reports"), ("lateness", delivery.GetTagItem("lateness")),
            ("outcome", "delivered")]);
        ((double)delivery.GetTagItem("lateness")!).ShouldBe(1, tolerance: 1);
        // What reads the object can go on with the trace.
        var delivered = Other.Store.Attributes(new("reports", "a"))!.Metadata;
        delivered["traceparent"].ShouldBe($"00-{request.TraceId}-{request.SpanId}-01");
    }

    [Fact]
    public async Task A_delivery_is_a_trace_of_its_own_and_is_linked_to_its_sweep()
    {
        using var spans = new Spans(_core);
        _core.Seed(_core.Key(-Second));

        await _core.SweepAsync();

        var (sweep, delivery) = (spans.Named("sweep").Single(), spans.Named("deliver").Single());
        delivery.Parent.ShouldBeNull();
        delivery.TraceId.ShouldNotBe(sweep.TraceId);
        delivery.Links.ShouldHaveSingleItem().Context.ShouldBe(sweep.Context);
        (sweep.GetTagItem("outcome"), sweep.GetTagItem("delivered"), sweep.GetTagItem("failed"))
            .ShouldBe(("swept", 1, 0));
        Activity.Current.ShouldBeNull();
    }

    [Fact]
    public async Task The_link_costs_a_request_for_sampled_deliveries_alone()
    {
        (await HeadsOfTenAsync()).ShouldBe(0);
        using (new Spans(_core, ActivitySamplingResult.PropagationData)) (await HeadsOfTenAsync()).ShouldBe(0);
        using (new Spans(_core)) (await HeadsOfTenAsync()).ShouldBe(10);
    }

    [Fact]
    public async Task No_copy_and_no_delete_waits_for_the_link()
    {
        using var spans = new Spans(_core);
        var key = _core.Key(Second);
        var request = await PostTracedAsync(key);
        _core.Time.Advance(2 * Second);
        var gate = new Gate();
        _core.Store.Before = r => r.Operation == StoreOperation.Head && r.Key == _core.Folder.Pending(key).Key
            ? gate.WaitAsync() : Task.CompletedTask;

        (await _core.SweepAsync()).Delivered.ShouldBe(1);

        _core.Pending().ShouldBeEmpty();
        spans.Named("deliver").ShouldBeEmpty();
        gate.Open();
        await Eventually.HoldsAsync("the span", () => spans.Named("deliver").Count == 1);
        // The schedule is gone by now, so its metadata is, too.
        LinksTo(spans.Named("deliver").Single(), request).ShouldBeFalse();
    }

    [Fact]
    public async Task Without_an_answer_about_the_metadata_it_is_delivered_all_the_same()
    {
        using var spans = new Spans(_core);
        _core.Seed(_core.Key(-Second));
        FailAll(Is(StoreOperation.Head), () => Faults.Transient(), after: false);

        (await _core.SweepAsync()).Delivered.ShouldBe(1);

        spans.Named("deliver").Single().GetTagItem("outcome").ShouldBe("delivered");
    }

    [Theory]
    [InlineData("")]
    [InlineData("no trace")]
    [InlineData("00-00000000000000000000000000000000-0000000000000000-01")]
    public async Task What_is_no_traceparent_makes_no_link(string text)
    {
        using var spans = new Spans(_core);
        var metadata = new Dictionary<string, string> { ["traceparent"] = text };
        _core.Store.Seed(_core.Folder.Pending(_core.Key(-Second)), "", new() { Metadata = metadata });

        (await _core.SweepAsync()).Delivered.ShouldBe(1);

        spans.Named("deliver").Single().Links.Count().ShouldBe(1); // its sweep
    }

    [Fact]
    public async Task A_failure_is_an_error_with_the_code_of_the_store()
    {
        using var spans = new Spans(_core);
        _core.Store.Missing.Add("missing");
        _core.Seed(_core.Key(-Second, bucket: "missing"));

        (await _core.SweepAsync()).Failed.ShouldBe(1);

        var delivery = spans.Named("deliver").Single();
        delivery.Status.ShouldBe(ActivityStatusCode.Error);
        delivery.GetTagItem("error.type").ShouldBe("NoSuchBucket");
        delivery.GetTagItem("outcome").ShouldBe("failed");
    }

    [Fact]
    public async Task A_request_that_is_not_sampled_leaves_nothing_in_the_metadata()
    {
        var key = _core.Key(Day);
        await Spans.InRequestAsync(() => PostAsync(key), isSampled: false);

        _core.Store.Attributes(_core.Folder.Pending(key))!.Metadata.Keys.ShouldBe(["schedule-id"]);
    }

    [Fact]
    public async Task The_same_post_from_another_trace_is_the_same_schedule_and_a_reschedule_keeps_the_first_one()
    {
        var (key, later) = (_core.Key(Day), _core.Key(2 * Day));
        var request = await PostTracedAsync(key);
        await Spans.InRequestAsync(async () =>
            (await PostAsync(key)).Outcome.ShouldBe(ScheduleOutcome.Existing));
        await Spans.InRequestAsync(() => _core.Scheduler.RescheduleAsync(key, later.DueAt, Core.Cancellation));

        TraceParent.Of(await _core.Store.HeadAsync(_core.Folder.Pending(later), Core.Cancellation))!.Value.SpanId
            .ShouldBe(request.SpanId);
    }

    [Fact]
    public async Task The_URL_of_an_upload_has_it_signed_in()
    {
        var key = _core.Key(Day);
        Upload? upload = null;
        var request = await Spans.InRequestAsync(async () => upload = (await _core.Uploads.PrepareAsync(
            new(new Due(key.DueAt), key.Destination, Core.Text, new(null, null), TraceParent: TraceParent.OfRequest()),
            Core.Cancellation)).Upload);

        upload!.Put.Headers["traceparent"].ShouldContain(request.SpanId.ToString());
    }

    [Fact]
    public void The_metadata_of_the_service_never_needs_more_than_the_room_that_is_kept_free()
    {
        var most = OwnMetadata.AddTo(
            new(), new Random(1).NextName(), new string('x', 1000),
            $"00-{new string('f', 32)}-{new string('f', 16)}-01");

        most.Metadata.Sum(m => m.Key.Length + m.Value.Length).ShouldBeLessThanOrEqualTo(OwnMetadata.MaxBytes);
    }

    private async Task<int> HeadsOfTenAsync()
    {
        for (var n = 0; n < 10; n++) _core.Seed(_core.Key(-Second, $"{n}"));
        _core.Store.ForgetRequests();
        (await _core.SweepAsync()).Delivered.ShouldBe(10);
        return _core.Count(StoreOperation.Head);
    }

    private async Task<ActivityContext> PostTracedAsync(ScheduleKey key) =>
        await Spans.InRequestAsync(() => PostAsync(key));

    private async Task<ScheduleResult> PostAsync(ScheduleKey key)
    {
        using var content = new MemoryStream([42]);
        return await _core.Scheduler.ScheduleAsync(
            new(new Due(key.DueAt), key.Destination, content, Core.Text, TraceParent: TraceParent.OfRequest()),
            Core.Cancellation);
    }

    private static bool LinksTo(Activity span, ActivityContext request) =>
        span.Links.Any(l => l.Context.TraceId == request.TraceId && l.Context.SpanId == request.SpanId);
}
