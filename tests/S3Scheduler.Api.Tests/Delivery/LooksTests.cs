namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>How a sweep finds what is due, and what that costs.</summary>
public sealed class LooksTests : CoreTests
{
    public override async ValueTask InitializeAsync() => await _core.SettledAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(20_000)]
    public async Task An_idle_look_lists_at_most_32_keys_at_any_backlog(int pending)
    {
        for (var n = 0; n < pending; n++) _core.Seed(_core.Key(Minute + n * Millisecond, $"{n}"));

        (await _core.SweepAsync()).Outcome.ShouldBe(SweepOutcome.Idle);

        _core.Store.Requests.ShouldHaveSingleItem().Operation.ShouldBe(StoreOperation.List);
        _core.Store.Listed.ShouldBeLessThanOrEqualTo(32);
    }

    [Fact]
    public async Task What_was_stored_behind_the_last_look_is_found_by_the_next_full_look_within_15_seconds()
    {
        for (var n = 0; n < 60; n++) _core.Seed(_core.Key(n * Second, $"{n}")); // so that one sweep goes on
        await StartWorkerAsync();
        await _core.Time.RunAsync(5 * Second);
        var late = _core.Seed(_core.Key(-Minute, "late")); // a slow upload, for example

        await _core.Time.RunAsync(5 * Second);
        _core.Delivered(late).ShouldBeNull(); // forward looks begin where the last look ended

        await _core.Time.RunAsync(10 * Second);
        _core.Delivered(late).ShouldBe("content");
    }

    [Fact]
    public async Task A_thousand_schedules_that_are_held_back_do_not_make_the_looks_of_others_bigger()
    {
        for (var n = 0; n < 1_000; n++) _core.Seed(_core.Key(-Minute, $"{n}", "down"));
        for (var n = 0; n < 10; n++) _core.Seed(_core.Key(n * Second, $"{n}"));
        _core.Store.Before = Faults.When(r => r.IsCopyTo("down"), () => Faults.Transient("SlowDown"));
        await StartWorkerAsync();
        await _core.Time.RunAsync(2 * Second);
        var listed = _core.Store.Listed;

        await _core.Time.RunAsync(8 * Second);

        _core.Store.Keys("reports").Count.ShouldBe(10);
        (_core.Store.Listed - listed).ShouldBeLessThan(200);
    }
}
