using S3Scheduler.Api.Delivery.Pipeline;

namespace S3Scheduler.Api.Tests.Delivery;

public sealed class DestinationBackoffTests
{
    private const string Bucket = "reports";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();
    private readonly DestinationBackoff _backoff;

    public DestinationBackoffTests() => _backoff = new DestinationBackoff(_time, new Random(7));

    [Fact]
    public void A_bucket_that_never_failed_is_not_held()
    {
        _backoff.Holds(Bucket).ShouldBeFalse();
        _backoff.NextTry([Bucket]).ShouldBeNull();
    }

    [Fact]
    public void Pauses_double_up_to_16_seconds_of_which_chance_takes_up_to_a_half()
    {
        foreach (var longest in new[] { 1, 2, 4, 8, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16 })
        {
            _backoff.Failed(Bucket);

            _backoff.NextTry([Bucket]).ShouldNotBeNull().ShouldBeInRange(longest * Second / 2, longest * Second);
            WaitOut();
        }
    }

    [Fact]
    public void Chance_makes_pauses_differ()
    {
        var pauses = new HashSet<TimeSpan>();
        for (var n = 0; n < 20; n++)
        {
            _backoff.Failed($"{n}");
            pauses.Add(_backoff.NextTry([$"{n}"])!.Value);
        }

        pauses.Count.ShouldBe(20);
    }

    [Fact]
    public void Others_that_were_under_way_when_one_failed_make_the_pause_no_longer()
    {
        for (var n = 0; n < 64; n++) _backoff.Failed(Bucket);

        _backoff.NextTry([Bucket]).ShouldNotBeNull().ShouldBeLessThanOrEqualTo(Second);
    }

    [Fact]
    public void One_that_was_under_way_when_another_failed_does_not_end_the_pause()
    {
        _backoff.Failed(Bucket);
        _backoff.Succeeded(Bucket);
        _backoff.Holds(Bucket).ShouldBeTrue();
    }

    [Fact]
    public void A_success_after_the_pause_starts_again_from_the_shortest()
    {
        for (var n = 0; n < 5; n++)
        {
            _backoff.Failed(Bucket);
            WaitOut();
        }

        _backoff.Succeeded(Bucket);
        _backoff.NextTry([Bucket]).ShouldBeNull();
        _backoff.Failed(Bucket);
        _backoff.NextTry([Bucket]).ShouldNotBeNull().ShouldBeLessThanOrEqualTo(Second);
    }

    [Fact]
    public void Each_bucket_has_its_own_pause_and_the_first_that_ends_counts()
    {
        for (var n = 0; n < 5; n++)
        {
            _backoff.Failed("bad");
            if (n < 4) _time.Advance(_backoff.NextTry(["bad"])!.Value);
        }

        _backoff.Failed(Bucket);

        _backoff.Holds("others").ShouldBeFalse();
        _backoff.NextTry(["bad"]).ShouldNotBeNull().ShouldBeGreaterThan(5 * Second);
        _backoff.NextTry(["bad", Bucket, "others"]).ShouldBe(_backoff.NextTry([Bucket]));
        WaitOut();
        _backoff.Holds("bad").ShouldBeTrue();
    }

    [Fact]
    public void A_pause_that_is_over_is_never_in_the_past()
    {
        _backoff.Failed(Bucket);
        _time.Advance(10 * Second);

        _backoff.NextTry([Bucket]).ShouldBe(TimeSpan.Zero);
        _backoff.NextTry(["others"]).ShouldBeNull();
    }

    private void WaitOut()
    {
        var pause = _backoff.NextTry([Bucket])!.Value;
        _time.Advance(pause - TimeSpan.FromTicks(1));
        _backoff.Holds(Bucket).ShouldBeTrue();
        _time.Advance(TimeSpan.FromTicks(1));
        _backoff.Holds(Bucket).ShouldBeFalse();
    }
}
