using FsCheck.Fluent;

namespace S3Scheduler.Api.Tests.Storage;

public sealed class ServerClockTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();

    [Fact]
    public void Before_any_response_the_bounds_are_MinValue_and_MaxValue()
    {
        var clock = new ServerClock(_time);

        (clock.Earliest, clock.Latest).ShouldBe((DateTimeOffset.MinValue, DateTimeOffset.MaxValue));
        clock.PauseUntil(ManualTime.Start.AddDays(1)).ShouldBe(TimeSpan.Zero);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-86_400)]
    [InlineData(86_400)]
    [InlineData(-800_000_000)]
    public void The_bounds_follow_the_servers_clock_whatever_the_local_one_says(int skewSeconds)
    {
        var server = _time.Elsewhere(TimeSpan.FromSeconds(skewSeconds));
        var clock = Answered(WholeSecond(server.GetUtcNow()), 2);

        var sent = clock.Read();
        _time.Advance(TimeSpan.FromMilliseconds(100));
        var date = WholeSecond(server.GetUtcNow());
        _time.Advance(TimeSpan.FromMilliseconds(200));
        var answer = clock.Observe(date, sent);

        (answer.Date, answer.RoundTrip).ShouldBe((date, TimeSpan.FromMilliseconds(300)));
        answer.Latest.ShouldBe(date + Second + TimeSpan.FromMilliseconds(300));
        clock.Earliest.ShouldBe(date + TimeSpan.FromMilliseconds(299.7));
        clock.Latest.ShouldBe(date + Second + TimeSpan.FromMilliseconds(300.3));
        ShouldHold(clock, server);
    }

    [Fact]
    public void Each_bound_moves_outwards_by_a_thousandth_of_the_elapsed_time()
    {
        var clock = Known(out var date);

        _time.Advance(TimeSpan.FromSeconds(1000));

        clock.Earliest.ShouldBe(date + TimeSpan.FromSeconds(999));
        clock.Latest.ShouldBe(date + TimeSpan.FromSeconds(1002));
    }

    [Fact]
    public void Each_bound_keeps_the_response_that_makes_it_narrowest()
    {
        var clock = Known(out var date);
        _time.Advance(TimeSpan.FromSeconds(10));
        var (earliest, latest) = (clock.Earliest, clock.Latest);

        clock.Observe(date + TimeSpan.FromSeconds(9.5), clock.Read());
        clock.Earliest.ShouldBe(earliest);
        clock.Latest.ShouldBe(date + TimeSpan.FromSeconds(10.5));

        clock.Observe(date + TimeSpan.FromSeconds(10), clock.Read());
        clock.Earliest.ShouldBe(date + TimeSpan.FromSeconds(10));
        clock.Latest.ShouldBe(date + TimeSpan.FromSeconds(10.5));
        latest.ShouldBeGreaterThan(clock.Latest);
    }

    [Fact]
    public void An_answer_counts_for_one_to_two_minutes_after_it()
    {
        var clock = Known(out var date); // exactly on the tick, so its Earliest is the best there is
        for (var second = 10; second <= 140; second += 10)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            clock.Observe(date + TimeSpan.FromSeconds(second - 0.5), clock.Read());

            var isStillGood = clock.Earliest > date + TimeSpan.FromSeconds(second - 0.4);
            if (second <= 60) isStillGood.ShouldBeTrue($"after {second} s");
            if (second > 120) isStillGood.ShouldBeFalse($"after {second} s");
        }
    }

    [Fact]
    public void An_answer_counts_until_a_newer_one_comes()
    {
        var clock = Known(out var date);

        _time.Advance(TimeSpan.FromSeconds(1000));

        clock.Earliest.ShouldBe(date + TimeSpan.FromSeconds(999));
        clock.Observe(date + TimeSpan.FromSeconds(998), clock.Read());
        clock.Earliest.ShouldBe(date + TimeSpan.FromSeconds(998));
    }

    [Fact]
    public void A_wall_clock_that_is_set_forward_makes_no_delivery_early()
    {
        var clock = Known(out var date);

        _time.SetWall(ManualTime.Start.AddDays(1));

        clock.Earliest.ShouldBe(date);
        clock.Latest.ShouldBe(date + Second + TimeSpan.FromDays(1) * 1.001);
        clock.Observe(date, clock.Read());
        clock.Latest.ShouldBe(date + Second); // the next response corrects it
    }

    [Fact]
    public void A_wall_clock_that_is_set_back_changes_nothing()
    {
        var clock = Known(out var date);

        _time.SetWall(ManualTime.Start.AddDays(-1));
        _time.Advance(TimeSpan.FromSeconds(1000));

        (clock.Earliest, clock.Latest).ShouldBe((date + TimeSpan.FromSeconds(999), date + TimeSpan.FromSeconds(1002)));
    }

    [Fact]
    public void While_the_monotonic_clock_stops_the_wall_clock_moves_the_latest_bound()
    {
        var server = _time.Elsewhere(TimeSpan.Zero);
        var clock = Known(out var date);
        var sent = clock.Read();

        _time.Sleep(TimeSpan.FromHours(1));

        ShouldHold(clock, server);
        clock.Earliest.ShouldBe(date);
        clock.Observe(date, sent).RoundTrip.ShouldBe(TimeSpan.FromHours(1));
    }

    [Fact]
    public void A_wall_clock_at_MaxValue_does_not_overflow()
    {
        var clock = Known(out var date);

        _time.SetWall(DateTimeOffset.MaxValue);
        clock.Latest.ShouldBe(DateTimeOffset.MaxValue);
        clock.Observe(date, clock.Read());

        clock.Latest.ShouldBe(date + Second);
    }

    [Fact]
    public void After_PauseUntil_the_server_has_reached_the_time()
    {
        var clock = Known(out var date);

        long[] distances = [1, TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerSecond, TimeSpan.TicksPerHour];
        foreach (var ticks in distances.Append(400 * TimeSpan.TicksPerDay))
        {
            var dueAt = clock.Earliest + TimeSpan.FromTicks(ticks);
            _time.Advance(clock.PauseUntil(dueAt));
            clock.Earliest.ShouldBeGreaterThanOrEqualTo(dueAt);
        }

        clock.PauseUntil(date).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void In_any_history_the_servers_time_is_between_the_bounds() => AnyKey.Check(Histories, history =>
    {
        var (skew, realPerMonotonic, steps) = history;
        var time = new ManualTime();
        var server = time.Elsewhere(TimeSpan.FromSeconds(skew));
        var clock = new ServerClock(time);
        foreach (var step in steps)
        {
            switch (step.Kind)
            {
                case 0: Ask(step.Ticks % (30 * TimeSpan.TicksPerSecond)); break;
                case 1: time.SetWall(ManualTime.Start.AddTicks(step.Ticks)); break;
                case 2: time.SetWall(ManualTime.Start.AddTicks(-step.Ticks)); break;
                default: Pass(step.Ticks); break;
            }

            ShouldHold(clock, server);
        }

        void Ask(long ticks)
        {
            var sent = clock.Read();
            Pass(ticks / 3);
            var date = WholeSecond(server.GetUtcNow());
            Pass(ticks / 2);
            var answer = clock.Observe(date, sent);
            answer.Latest.ShouldBeGreaterThan(date + Second); // a request takes time
        }

        void Pass(long ticks)
        {
            var local = TimeSpan.FromTicks(ticks + 1);
            time.Drift(local * realPerMonotonic, local, local);
        }
    }, count: 1000);

    // Up to 30 steps in up to a month, with a monotonic clock whose error is below a thousandth.
    private static FsCheck.Gen<(int Skew, double RealPerMonotonic, (int Kind, long Ticks)[] Steps)> Histories =>
        from skew in Gen.Choose(-200_000, 200_000)
        from error in Gen.Choose(-99, 99)
        from count in Gen.Choose(1, 30)
        from steps in Gen.ArrayOf(
            from kind in Gen.Choose(0, 5)
            from low in Gen.Choose(0, int.MaxValue)
            from scale in Gen.Elements(1, 1_000, 10_000)
            select (kind, (long)low * scale), count)
        select (skew, 1 + error / 100_000.0, steps);

    private ServerClock Known(out DateTimeOffset date)
    {
        date = WholeSecond(_time.GetUtcNow());
        return Answered(date, 3);
    }

    private ServerClock Answered(DateTimeOffset date, int times)
    {
        var clock = new ServerClock(_time);
        for (var i = 0; i < times; i++) clock.Observe(date, clock.Read());
        return clock;
    }

    private static void ShouldHold(ServerClock clock, TimeProvider server) =>
        server.GetUtcNow().ShouldBeInRange(clock.Earliest, clock.Latest);

    private static DateTimeOffset WholeSecond(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
