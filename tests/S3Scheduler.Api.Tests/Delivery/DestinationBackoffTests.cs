using S3Scheduler.Api.Delivery.Pipeline;

namespace S3Scheduler.Api.Tests.Delivery;

public sealed class DestinationBackoffTests
{
    private const string Code = "SlowDown";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly Destination Daily = new("reports", "daily");

    private readonly ManualTime _time = new();
    private readonly DestinationBackoff _backoff;

    public DestinationBackoffTests() => _backoff = new DestinationBackoff(_time, new Random(7));

    [Fact]
    public void A_destination_that_never_failed_has_no_pause()
    {
        _backoff.Pause(Daily).ShouldBe(TimeSpan.Zero);
        _backoff.IsIll("reports").ShouldBeFalse();
    }

    [Fact]
    public void Pauses_double_up_to_16_seconds_and_randomness_shortens_them_by_up_to_half()
    {
        foreach (var longest in new[] { 1, 2, 4, 8, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16 })
        {
            _backoff.Failed(Daily, Code);

            _backoff.Pause(Daily).ShouldBeInRange(longest * Second / 2, longest * Second);
            WaitOut(Daily);
        }
    }

    [Fact]
    public void Randomness_makes_pauses_differ()
    {
        var pauses = new HashSet<TimeSpan>();
        for (var n = 0; n < 20; n++)
        {
            _backoff.Failed(new Destination($"bucket-{n}", "a"), Code);
            pauses.Add(_backoff.Pause(new Destination($"bucket-{n}", "a")));
        }

        pauses.Count.ShouldBe(20);
    }

    [Fact]
    public void One_destination_that_always_fails_holds_back_no_other_of_its_bucket()
    {
        for (var n = 0; n < 10; n++)
        {
            _backoff.Failed(Daily, Code);
            WaitOut(Daily);
        }

        _backoff.Failed(Daily, Code);

        _backoff.IsIll("reports").ShouldBeFalse();
        _backoff.Pause(new Destination("reports", "other")).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void When_several_destinations_fail_and_none_succeeds_the_whole_bucket_pauses()
    {
        for (var n = 0; n < 3; n++) _backoff.Failed(new Destination("reports", $"{n}"), Code);

        _backoff.IsIll("reports").ShouldBeTrue();
        _backoff.Pause(new Destination("reports", "other")).ShouldBeInRange(Second / 2, Second);
        _backoff.Pause(new Destination("photos", "other")).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Failures_of_concurrent_copies_do_not_lengthen_the_pause_of_the_bucket()
    {
        for (var n = 0; n < 64; n++) _backoff.Failed(new Destination("reports", $"{n}"), Code);

        _backoff.Pause(new Destination("reports", "other")).ShouldBeLessThanOrEqualTo(Second);
    }

    [Fact]
    public void Each_try_that_fails_doubles_the_pause_of_an_ill_bucket()
    {
        var other = new Destination("reports", "other");
        for (var n = 0; n < 3; n++) _backoff.Failed(new Destination("reports", $"{n}"), Code);
        foreach (var longest in new[] { 2, 4, 8, 16, 16 })
        {
            WaitOut(other);
            _backoff.Failed(Daily, Code);

            _backoff.Pause(other).ShouldBeInRange(longest * Second / 2, longest * Second);
        }
    }

    [Fact]
    public void One_success_makes_a_bucket_well_again()
    {
        for (var n = 0; n < 3; n++) _backoff.Failed(new Destination("reports", $"{n}"), Code);

        _backoff.Succeeded(Daily);

        _backoff.IsIll("reports").ShouldBeFalse();
        _backoff.Pause(new Destination("reports", "other")).ShouldBe(TimeSpan.Zero);
        _backoff.Pause(new Destination("reports", "1")).ShouldBeGreaterThan(TimeSpan.Zero);
    }

    [Fact]
    public void After_a_success_the_next_pause_is_the_shortest_again()
    {
        for (var n = 0; n < 5; n++)
        {
            _backoff.Failed(Daily, Code);
            WaitOut(Daily);
        }

        _backoff.Succeeded(Daily);
        _backoff.Failed(Daily, Code);
        _backoff.Pause(Daily).ShouldBeLessThanOrEqualTo(Second);
    }

    [Fact]
    public void A_destination_that_is_postponed_says_nothing_about_its_bucket()
    {
        for (var n = 0; n < 64; n++) _backoff.Postpone(new Destination("reports", $"{n}"), Code);

        _backoff.Pause(new Destination("reports", "1")).ShouldBeGreaterThan(TimeSpan.Zero);
        _backoff.IsIll("reports").ShouldBeFalse();
    }

    private void WaitOut(Destination destination)
    {
        var pause = _backoff.Pause(destination);
        _time.Advance(pause - TimeSpan.FromTicks(1));
        _backoff.Pause(destination).ShouldBeGreaterThan(TimeSpan.Zero);
        _time.Advance(TimeSpan.FromTicks(1));
        _backoff.Pause(destination).ShouldBe(TimeSpan.Zero);
    }
}
