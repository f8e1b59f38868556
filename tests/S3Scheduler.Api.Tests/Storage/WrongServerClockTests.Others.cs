namespace S3Scheduler.Api.Tests.Storage;

public sealed partial class WrongServerClockTests
{
    [Fact]
    public void Answers_that_agree_with_nothing_never_become_the_truth()
    {
        Answer(times: 3);
        for (var answers = 1; answers < 100; answers++)
        {
            SayOff(answers * Minutes10);
            _clock.Earliest.ShouldBeLessThanOrEqualTo(Now);
        }

        (_clock.IsInDoubt, _clock.Steps).ShouldBe((true, 0));
        Answer(times: 3);
        ShouldBeRight();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(600)]
    [InlineData(-600)]
    public void If_the_clock_may_have_been_set_while_the_first_answers_came_that_counts_as_a_step(int seconds)
    {
        SayOff(TimeSpan.FromSeconds(seconds));
        Answer(times: 3);

        ShouldBeRight();
        _clock.Steps.ShouldBe(Math.Abs(seconds) > 3 ? 1 : 0);
    }

    [Fact]
    public void After_the_machine_slept_three_answers_say_for_how_long_and_that_is_no_step()
    {
        Answer(times: 3);

        _time.Sleep(TimeSpan.FromHours(1));
        ShouldHold();
        SayOff(Year);
        ShouldHold();
        Answer(times: 3);

        ShouldBeRight();
        _clock.Steps.ShouldBe(0);
    }

    [Theory]
    [InlineData(10, 0)]
    [InlineData(-5, 1)]
    public void Where_the_wall_clock_advanced_more_than_the_server_its_clock_may_have_been_set(int hours, int steps)
    {
        Answer(times: 3);

        _time.SetWall(_time.GetUtcNow() + TimeSpan.FromHours(hours));
        SayOff(Minutes10, times: 3);

        (_clock.Steps, _clock.Jumps).ShouldBe((steps, 1));
    }

    [Fact]
    public void A_sleep_of_days_is_no_step_though_the_wall_clock_drifted()
    {
        Answer(times: 3);

        _time.Sleep(TimeSpan.FromDays(2));
        SayOff(TimeSpan.FromSeconds(-90), times: 3);

        (_clock.IsInDoubt, _clock.Steps, _clock.Jumps).ShouldBe((false, 0, 0));
    }
}
