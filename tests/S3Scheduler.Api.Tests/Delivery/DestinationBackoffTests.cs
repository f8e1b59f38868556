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
    public void Pauses_double_up_to_16_seconds_and_randomness_shortens_them_by_up_to_half()
    {
        foreach (var longest in new[] { 1, 2, 4, 8, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16 })
        {
            _backoff.Failed(Bucket);

            _backoff.NextTry([Bucket]).ShouldNotBeNull().ShouldBeInRange(longest * Second / 2, longest * Second);
            WaitOut();
        }
    }

    [Fact]
    public void Randomness_makes_pauses_differ()
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
    public void Failures_of_concurrent_copies_do_not_lengthen_the_pause()
    {
        for (var n = 0; n < 64; n++) _backoff.Failed(Bucket);

        _backoff.NextTry([Bucket]).ShouldNotBeNull().ShouldBeLessThanOrEqualTo(Second);
    }

    [Fact]
    public void The_success_of_a_concurrent_copy_does_not_end_the_pause()
    {
        _backoff.Failed(Bucket);
        _backoff.Succeeded(Bucket);
        _backoff.Holds(Bucket).ShouldBeTrue();
    }

    [Fact]
    public void After_a_success_the_next_pause_is_the_shortest_again()
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
    public void Each_bucket_has_its_own_pause_and_the_next_try_is_when_the_first_pause_ends()
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
    public void After_a_pause_has_ended_the_next_try_is_now_and_not_in_the_past()
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
