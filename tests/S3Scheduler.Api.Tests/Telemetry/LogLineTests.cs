using Microsoft.Extensions.Logging;
using S3Scheduler.Api.Telemetry;
using S3Scheduler.Api.Tests.Delivery;

namespace S3Scheduler.Api.Tests.Telemetry;

/// <summary>How many lines known runs write: one for each change of state, whatever is tried meanwhile.</summary>
public sealed class LogLineTests : CoreTests
{
    public override async ValueTask InitializeAsync() => await _core.SettledAsync();

    [Fact]
    public async Task Deliveries_are_lines_for_Debug_and_one_line_a_minute_for_Information()
    {
        await StartWorkerAsync();
        _core.Log.Clear();
        const int Each = 100;
        for (var second = 1; second <= 180; second++)
            for (var n = 0; n < Each; n++) _core.Seed(_core.Key(second * Second, $"{second}/{n}"));

        await _core.Time.RunAsync(3 * Minute + 2 * Second);

        _core.Pending().ShouldBeEmpty();
        _core.Log.Names.Count(n => n == "Delivered").ShouldBe(180 * Each);
        _core.Log.From(LogLevel.Information).ShouldAllBe(n => n == "Summary");
        _core.Log.From(LogLevel.Information).Count.ShouldBeInRange(2, 4);
    }

    [Fact]
    public async Task The_line_of_a_minute_says_what_the_alarms_need()
    {
        _core.Time.Advance(Minute);
        await _core.SweepAsync(); // says what was before
        _core.Store.Missing.Add("missing");
        for (var n = 0; n < 20; n++) _core.Seed(_core.Key(-10 * Second, $"{n}"));
        for (var n = 0; n < 3; n++) _core.Seed(_core.Key(-Second, $"{n}", "missing"));
        _core.Seed(_core.Key(-3 * Minute, "stays", "down"));
        FailAll(r => r.IsCopyTo("down"), () => Faults.Transient(), after: false);
        _core.Log.Clear();
        _core.Time.Advance(Minute);

        await _core.SweepAsync();

        var summary = _core.Log.Fields("Summary").ShouldHaveSingleItem();
        ((int)summary["Looks"]!).ShouldBeGreaterThan(0);
        (summary["Delivered"], summary["Failed"], summary["PendingDue"]).ShouldBe((20, 3, 1L));
        ((double)summary["MostLate"]!).ShouldBe(70, tolerance: 1);
        ((double)summary["OldestDueAge"]!).ShouldBe(240, tolerance: 1);
    }

    [Fact]
    public async Task The_line_comes_every_minute_also_while_nothing_is_due_and_while_the_store_is_down()
    {
        await StartWorkerAsync();
        _core.Log.Clear();
        await _core.Time.RunAsync(10 * Minute);
        Count("Summary").ShouldBeInRange(9, 11);
        _core.Log.Fields("Summary").ShouldAllBe(s => (int)s["Looks"]! > 0);

        _core.Seed(_core.Key(2 * Minute));
        await _core.Time.RunAsync(70 * Second); // a look has shown it
        _core.Store.Before = _ => throw Faults.Transient();
        _core.Log.Clear();
        await _core.Time.RunAsync(10 * Minute);

        Count("Summary").ShouldBeInRange(9, 12);
        _core.Log.From(LogLevel.Warning).ShouldBe(["SweepFailed"]);
        var last = _core.Log.Fields("Summary")[^1];
        last["Looks"].ShouldBe(0);
        ((double)last["OldestDueAge"]!).ShouldBeGreaterThan(400);
    }

    [Fact]
    public async Task What_was_done_since_the_last_line_is_said_when_the_process_stops()
    {
        await StartWorkerAsync();
        _core.Seed(_core.Key(Second));
        await _core.Time.RunAsync(5 * Second);
        _core.Log.Clear();

        await _core.Worker.StopAsync(Core.Cancellation);

        _core.Log.Fields("Summary").ShouldHaveSingleItem()["Delivered"].ShouldBe(1);
    }

    [Fact]
    public async Task A_bucket_that_fails_for_ten_minutes_is_a_few_lines_and_one_more_when_it_is_back()
    {
        await StartWorkerAsync();
        for (var n = 0; n < 500; n++) _core.Seed(_core.Key(Second, $"{n}", "down"), id: $"{n}");
        FailAll(r => r.IsCopyTo("down"), () => Faults.Transient("SlowDown"), after: false);
        _core.Log.Clear();

        await _core.Time.RunAsync(10 * Minute);

        Count("DeliveryPostponed").ShouldBeGreaterThan(40); // those are the tries
        _core.Log.From(LogLevel.Warning).ShouldBe(["DeliveryPostponed", "DeliveryPostponed", "BucketFails"]);

        EndFaults();
        _core.Log.Clear();
        await _core.Time.RunAsync(Minute);
        _core.Pending().ShouldBeEmpty();
        Count("BucketIsBack").ShouldBe(1);
        Count("DestinationIsBack").ShouldBeInRange(1, 2); // those that were named before
    }

    [Fact]
    public async Task A_destination_that_fails_beside_others_is_one_line_and_one_more_when_it_is_back()
    {
        await StartWorkerAsync();
        _core.Seed(_core.Key(Second, "bad"), id: "bad");
        for (var n = 0; n < 60; n++) _core.Seed(_core.Key(n * 10 * Second, $"{n}"));
        FailAll(r => r.IsCopyTo("reports") && r.Target!.Value.Key == "bad", () => Faults.Transient(), after: false);
        _core.Log.Clear();

        await _core.Time.RunAsync(10 * Minute);

        _core.Log.From(LogLevel.Warning).ShouldBe(["DeliveryPostponed"]);
        EndFaults();
        await _core.Time.RunAsync(Minute);
        Count("DestinationIsBack").ShouldBe(1);
    }

    [Fact]
    public async Task A_failure_that_can_t_be_moved_is_one_line_however_often_it_is_tried()
    {
        await StartWorkerAsync();
        _core.Store.Missing.Add("missing");
        _core.Seed(_core.Key(Second, bucket: "missing"));
        _core.Store.Before = Faults.When(
            r => r.Operation == StoreOperation.Copy && r.Target!.Value.Bucket == Core.Bucket, () => Faults.Transient());
        _core.Log.Clear();

        await _core.Time.RunAsync(10 * Minute);

        Count("MoveFailed").ShouldBeGreaterThan(30);
        _core.Log.From(LogLevel.Warning).ShouldBe(["MoveFailed"]);
        EndFaults();
        await _core.Time.RunAsync(Minute);
        _core.Log.From(LogLevel.Warning).ShouldBe(["MoveFailed", "DeliveryFailed"]);
    }

    [Fact]
    public void A_fault_that_all_requests_meet_is_one_line_a_minute_for_each_code()
    {
        var brake = new LogBrake(_core.Time);
        for (var minute = 0; minute < 3; minute++)
        {
            brake.Level(LogLevel.Warning, "SlowDown").ShouldBe(LogLevel.Warning);
            brake.Level(LogLevel.Error, "AccessDenied").ShouldBe(LogLevel.Error);
            for (var n = 0; n < 100; n++) brake.Level(LogLevel.Warning, "SlowDown").ShouldBe(LogLevel.Debug);
            _core.Time.Advance(Minute);
        }

        // A store that makes up codes fills neither the log nor the memory.
        Enumerable.Range(0, 1000).Count(n => brake.Level(LogLevel.Warning, $"{n}") == LogLevel.Warning).ShouldBe(99);
    }

    [Fact]
    public void Every_message_has_an_id_of_its_own_that_docs_explain()
    {
        var docs = File.ReadAllText(Path.Combine(HouseTests.Root, "docs", "operations.md"));
        var messages = typeof(SchedulerOptions).Assembly.GetTypes().SelectMany(type => type.GetMethods(
                System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Public
                | System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.DeclaredOnly))
            .SelectMany(m => m.GetCustomAttributes(typeof(LoggerMessageAttribute), inherit: false)
                .Select(a => (m.Name, Id: ((LoggerMessageAttribute)a).EventId))).ToList();

        messages.Count.ShouldBeGreaterThan(25);
        messages.Select(m => m.Id).ShouldBeUnique();
        messages.Where(m => !docs.Contains($"| {m.Id} | `{m.Name}` |", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private int Count(string name) => _core.Log.Names.Count(n => n == name);
}
