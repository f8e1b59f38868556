namespace S3Scheduler.Api.Tests.Storage;

public sealed class ServerClockHistoryTests
{
    private readonly ManualTime _time = new();
    private readonly TimeProvider _server;

    public ServerClockHistoryTests() => _server = _time.Elsewhere(TimeSpan.FromDays(-3));

    private DateTimeOffset Now => _server.GetUtcNow();

    [Fact]
    public void In_any_history_with_single_odd_answers_the_true_time_is_between_the_bounds()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var (sinceOdd, beganOddly, clock) = (3, false, new ServerClock(_time));
            for (var answers = 0; answers < 100; answers++)
            {
                Pass(random, random.Next(10) == 0 ? 300_000 : 3000);
                var isOdd = sinceOdd++ >= 3 && random.Next(5) == 0;
                if (isOdd) sinceOdd = 0;
                beganOddly |= isOdd && clock.Earliest == DateTimeOffset.MinValue;
                Ask(clock, random, isOdd ? Far(random) : TimeSpan.Zero);

                Now.ShouldBeInRange(clock.Earliest, clock.Latest, $"seed {seed}, answer {answers}");
            }

            clock.Steps.ShouldBe(beganOddly ? 1 : 0, $"seed {seed}");
        }
    }

    [Fact]
    public void In_any_history_of_steps_nothing_is_early_once_three_answers_were_right()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var (step, right, clock) = (TimeSpan.Zero, 0, new ServerClock(_time));
            for (var answers = 0; answers < 100; answers++)
            {
                Pass(random, 3000);
                if (random.Next(10) == 0) (step, right) = (Far(random), 0);
                Ask(clock, random, step);

                // Three for the step itself, and more in case that it was so small that the bounds had to widen.
                if (++right >= 6) (Now + step).ShouldBeInRange(clock.Earliest, clock.Latest, $"{seed}, {answers}");
            }
        }
    }

    [Fact]
    public void Readers_and_responses_on_many_threads_do_not_disturb_each_other()
    {
        var (clock, random) = (new ServerClock(_time), new Random(1));
        for (var answers = 0; answers < 3; answers++) Ask(clock, random, TimeSpan.Zero);
        Parallel.For(0, 20_000, i =>
        {
            clock.Observe(i % 7 == 0 ? Now.AddMinutes(10) : Now, clock.Read());
            clock.Earliest.ShouldBeLessThanOrEqualTo(Now.AddMinutes(10));
        });
        for (var answers = 0; answers < 4; answers++) Ask(clock, random, TimeSpan.Zero);

        Now.ShouldBeInRange(clock.Earliest, clock.Latest);
        clock.IsInDoubt.ShouldBeFalse();
    }

    private void Ask(ServerClock clock, Random random, TimeSpan off)
    {
        var sent = clock.Read();
        Pass(random, 200);
        var date = ServerTime.WholeSeconds(Now + off);
        Pass(random, 200);
        clock.Observe(date, sent);
    }

    private void Pass(Random random, int mostMilliseconds) =>
        _time.Advance(TimeSpan.FromMilliseconds(random.Next(mostMilliseconds)));

    // From 6 seconds to 16 years.
    private static TimeSpan Far(Random random) =>
        TimeSpan.FromSeconds((random.Next(2) == 0 ? 1 : -1) * Math.Pow(10, 0.8 + 7.9 * random.NextDouble()));
}
