using System.Globalization;

namespace S3Scheduler.Api.Tests.Storage;

/// <summary>The store's clock is set, or some of its answers are wrong. "Early" is meant by its true clock.</summary>
public sealed partial class WrongServerClockTests
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);
    private static readonly TimeSpan Minutes10 = TimeSpan.FromMinutes(10);

    private readonly ManualTime _time = new();
    private readonly TimeProvider _server;
    private readonly ServerClock _clock;

    public WrongServerClockTests() =>
        (_server, _clock) = (_time.Elsewhere(TimeSpan.FromHours(5)), new ServerClock(_time));

    private DateTimeOffset Now => _server.GetUtcNow();

    [Fact]
    public void Nothing_is_known_until_three_answers_agree()
    {
        for (var answers = 0; answers < 3; answers++)
        {
            (_clock.Earliest, _clock.Latest).ShouldBe((DateTimeOffset.MinValue, DateTimeOffset.MaxValue));
            _clock.PauseUntil(Now).ShouldBe(TimeSpan.Zero);
            _clock.IsInDoubt.ShouldBeTrue();
            Answer();
        }

        ShouldBeRight();
        _clock.Steps.ShouldBe(0);
    }

    [Theory]
    [InlineData("9999-12-31T23:59:50")]
    [InlineData("9999-12-31T23:59:59.9999999")]
    [InlineData("0001-01-01T00:00:00")]
    [InlineData("1999-12-31T23:59:59")]
    [InlineData("2000-01-01T00:00:00")]
    [InlineData("2027-11-21T19:04:30")]
    [InlineData("8999-12-31T23:59:59")]
    public void An_odd_first_answer_makes_nothing_early_and_is_forgotten(string date)
    {
        Say(Utc(date));
        _clock.Earliest.ShouldBe(DateTimeOffset.MinValue);
        Answer();
        Answer();
        _clock.Earliest.ShouldBeLessThanOrEqualTo(Now);
        Answer();

        ShouldBeRight();
    }

    [Theory]
    [InlineData("9999-12-31T23:59:59.9999999")]
    [InlineData("0001-01-01T00:00:00")]
    [InlineData("8999-12-31T23:59:59")]
    [InlineData("2000-01-01T00:00:00")]
    public void No_date_overflows_however_often_it_is_said_and_whatever_the_wall_clock_does(string date)
    {
        foreach (var wall in (DateTimeOffset[])[ManualTime.Start, DateTimeOffset.MaxValue, DateTimeOffset.MinValue])
        {
            var sent = _clock.Read();
            _time.SetWall(wall);
            for (var answers = 0; answers < 4; answers++)
            {
                var answer = _clock.Observe(Utc(date), sent);
                answer.Date.ShouldBe(Utc(date));
                answer.Latest.ShouldBeGreaterThanOrEqualTo(answer.Date);
                _clock.Latest.ShouldBeGreaterThanOrEqualTo(_clock.Earliest);
                _clock.PauseUntil(DateTimeOffset.MaxValue).ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
                _clock.PauseUntil(DateTimeOffset.MinValue).ShouldBe(TimeSpan.Zero);
            }
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(600)]
    [InlineData(31_536_000)]
    [InlineData(-5)]
    [InlineData(-600)]
    [InlineData(-31_536_000)]
    public void One_odd_answer_makes_nothing_early_and_three_right_ones_end_the_doubt(int seconds)
    {
        Answer(times: 3);

        SayOff(TimeSpan.FromSeconds(seconds));

        for (var answers = 0; answers < 3; answers++)
        {
            _clock.IsInDoubt.ShouldBeTrue();
            ShouldHold();
            Answer();
        }

        ShouldBeRight();
        _clock.Steps.ShouldBe(0);
    }

    [Fact]
    public void A_clock_that_was_ten_minutes_fast_and_is_put_right_makes_nothing_early()
    {
        SayOff(Minutes10, times: 5);
        _clock.Earliest.ShouldBeGreaterThan(Now);

        for (var answers = 1; answers <= 3; answers++)
        {
            Answer();
            _clock.Earliest.ShouldBeLessThanOrEqualTo(Now);
            _clock.IsInDoubt.ShouldBe(answers < 3);
            _clock.Steps.ShouldBe(answers < 3 ? 0 : 1);
        }

        ShouldBeRight();
        for (var answers = 0; answers < 100; answers++)
        {
            Answer();
            ShouldBeRight();
        }

        _clock.Steps.ShouldBe(1);
    }

    [Fact]
    public void A_clock_that_is_set_forward_is_believed_after_three_answers()
    {
        Answer(times: 5);

        SayOff(Minutes10, times: 2);
        ShouldHold();
        _clock.Latest.ShouldBeGreaterThan(Now + Minutes10);
        SayOff(Minutes10);

        (Now + Minutes10).ShouldBeInRange(_clock.Earliest, _clock.Latest);
        (_clock.IsInDoubt, _clock.Steps).ShouldBe((false, 1));
    }

    [Theory]
    [InlineData(-2.5)]
    [InlineData(-0.5)]
    [InlineData(0.5)]
    [InlineData(2.5)]
    public void Small_differences_raise_no_doubt_and_move_the_bounds_by_no_more(double seconds)
    {
        Answer(times: 3);

        SayOff(TimeSpan.FromSeconds(seconds));
        _clock.Earliest.ShouldBeLessThanOrEqualTo(Now + TimeSpan.FromSeconds(Math.Max(0, seconds)));
        _clock.Latest.ShouldBeGreaterThanOrEqualTo(Now + TimeSpan.FromSeconds(Math.Min(0, seconds)));
        SayOff(TimeSpan.FromSeconds(seconds), times: 3);

        (Now + TimeSpan.FromSeconds(seconds)).ShouldBeInRange(_clock.Earliest, _clock.Latest);
        (_clock.IsInDoubt, _clock.Steps).ShouldBe((false, 0));
    }

    [Theory]
    [InlineData(1, -600)]
    [InlineData(1, 600)]
    [InlineData(2, -600)]
    [InlineData(2, 600)]
    public void While_front_ends_that_are_far_apart_take_turns_the_slower_clock_counts(int each, int seconds)
    {
        var other = TimeSpan.FromSeconds(seconds);
        Answer(times: 3);
        for (var turns = 0; turns < 200; turns++)
        {
            SayOff(other, each);
            ShouldBeLate();
            Answer(each);
            ShouldBeLate();
        }

        (_clock.IsInDoubt, _clock.Steps).ShouldBe((true, 0));

        void ShouldBeLate()
        {
            _clock.Earliest.ShouldBeLessThanOrEqualTo(seconds < 0 ? Now + other : Now);
            _clock.Latest.ShouldBeGreaterThanOrEqualTo(seconds < 0 ? Now : Now + other);
        }
    }

    [Theory]
    [InlineData(0.03)]
    [InlineData(1)]
    [InlineData(3)]
    public void Front_ends_that_are_a_little_apart_are_early_by_no_more_than_that(double seconds)
    {
        var random = new Random(20261127);
        var other = TimeSpan.FromSeconds(seconds);
        Answer(times: 3);
        for (var answers = 0; answers < 2000; answers++)
        {
            if (random.Next(2) == 0) SayOff(other);
            else Answer();
            _time.Advance(TimeSpan.FromMilliseconds(random.Next(3000)));

            _clock.Earliest.ShouldBeLessThanOrEqualTo(Now + other);
            _clock.Latest.ShouldBeGreaterThanOrEqualTo(Now);
            _clock.IsInDoubt.ShouldBeFalse();
        }
    }

    private void Answer(int times = 1) => SayOff(TimeSpan.Zero, times);

    private void SayOff(TimeSpan by, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(730));
            Say(ServerTime.WholeSeconds(Now + by));
        }
    }

    private void Say(DateTimeOffset date)
    {
        var sent = _clock.Read();
        _time.Advance(TimeSpan.FromMilliseconds(20));
        _clock.Observe(date, sent);
    }

    private void ShouldHold() => Now.ShouldBeInRange(_clock.Earliest, _clock.Latest);

    private void ShouldBeRight()
    {
        ShouldHold();
        _clock.IsInDoubt.ShouldBeFalse();
        (_clock.Latest - _clock.Earliest).ShouldBeLessThan(TimeSpan.FromSeconds(1.1));
    }

    private static DateTimeOffset Utc(string date) => DateTimeOffset.Parse(date + "Z", CultureInfo.InvariantCulture);
}
