namespace S3Scheduler.Api.Tests.Storage;

public sealed class ClockSharpeningTests
{
    private static readonly ObjectAddress Probe = new("bucket", "probe");
    private static readonly DateTimeOffset Start = ManualTime.Start;

    private readonly JumpingTime _time = new();

    [Theory]
    [InlineData(0, 0, 1000)]
    [InlineData(20, 0, 1000)]
    [InlineData(80, 0, 1000)]
    [InlineData(80, 30, 900)]
    public async Task With_at_most_six_requests_Earliest_is_right_to_a_tenth_of_a_second(
        int roundTrip, int jitter, int atLeast)
    {
        var random = new Random(20261127);
        var (total, close) = (0, 0);
        for (var round = 0; round < 1000; round++)
        {
            var store = new TickingStore(_time, Skew(random), roundTrip, jitter, random);
            await store.LearnAsync();
            _time.Advance(TimeSpan.FromMilliseconds(random.Next(random.Next(20) == 0 ? 3_600_000 : 10_000)));
            var needed = store.Clock.Latest + TimeSpan.FromSeconds(2.5 + 8 * random.NextDouble());
            if (random.Next(2) == 0) needed = ServerTime.WholeSeconds(needed).AddSeconds(1);

            var begin = store.Requests;
            var isClose = await store.SharpenClockAsync(Probe, needed, _time, CancellationToken.None);

            if (isClose) close++;
            var error = store.Now - store.Clock.Earliest;
            var allowed = isClose ? 100 + (roundTrip + jitter) / 2.0 : 250;
            error.ShouldBeLessThanOrEqualTo(TimeSpan.FromMilliseconds(allowed), $"round {round}");
            error.ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
            store.Now.ShouldBeLessThan(needed, $"round {round}");
            (store.Requests - begin).ShouldBeLessThanOrEqualTo(6, $"round {round}");
            total += store.Requests - begin;
        }

        close.ShouldBeGreaterThanOrEqualTo(atLeast);
        (total / 1000.0).ShouldBeLessThan(4.5);
    }

    [Fact]
    public async Task It_begins_about_two_and_a_half_seconds_before_the_time()
    {
        var store = await KnownAsync();
        var needed = store.Now + TimeSpan.FromMinutes(10);

        await store.SharpenClockAsync(Probe, needed, _time, CancellationToken.None);

        (needed - store.FirstRequest).ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task It_asks_nothing_while_the_bounds_are_close_and_soon_afterwards_little()
    {
        var store = await KnownAsync();
        (await store.SharpenClockAsync(Probe, store.Now.AddSeconds(4), _time, CancellationToken.None)).ShouldBeTrue();
        var before = store.Requests;

        (await store.SharpenClockAsync(Probe, store.Now.AddSeconds(3), _time, CancellationToken.None)).ShouldBeTrue();
        (store.Requests - before).ShouldBeLessThanOrEqualTo(1);

        (await store.SharpenClockAsync(Probe, store.Now.AddSeconds(60), _time, CancellationToken.None)).ShouldBeTrue();
        (store.Requests - before).ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task It_returns_at_once_if_the_time_may_have_come_or_the_clock_is_in_doubt()
    {
        var store = await KnownAsync();
        var (now, before) = (store.Now, store.Requests);

        (await store.SharpenClockAsync(Probe, now, _time, CancellationToken.None)).ShouldBeFalse();
        (await store.SharpenClockAsync(Probe, DateTimeOffset.MinValue, _time, CancellationToken.None)).ShouldBeFalse();
        store.Clock.Observe(now.AddYears(1), store.Clock.Read());
        (await store.SharpenClockAsync(Probe, now.AddYears(2), _time, CancellationToken.None)).ShouldBeFalse();

        (store.Now, store.Requests).ShouldBe((now, before));
    }

    [Fact]
    public async Task A_fault_of_the_store_ends_it_and_so_does_a_cancel()
    {
        var store = await KnownAsync();
        var needed = store.Now.AddSeconds(5);
        using var cancel = new CancellationTokenSource();
        store.Fault = Faults.Transient();

        (await store.SharpenClockAsync(Probe, needed, _time, cancel.Token)).ShouldBeFalse();

        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(
            () => store.SharpenClockAsync(Probe, needed.AddSeconds(9), _time, cancel.Token));
    }

    [Fact]
    public async Task EnsureClock_asks_three_times_at_first_and_then_not_again()
    {
        var store = new TickingStore(_time, TimeSpan.Zero, 20, 0, new Random(1));

        await store.EnsureClockAsync(Probe, CancellationToken.None);
        store.Requests.ShouldBe(3);
        store.Clock.IsInDoubt.ShouldBeFalse();

        await store.EnsureClockAsync(Probe, CancellationToken.None);
        store.Requests.ShouldBe(3);
    }

    [Fact]
    public async Task EnsureClock_ends_a_doubt_and_gives_up_after_five_requests()
    {
        var store = await KnownAsync();
        store.Clock.Observe(store.Now.AddYears(1), store.Clock.Read());
        await store.EnsureClockAsync(Probe, CancellationToken.None);
        store.Requests.ShouldBe(6);

        store.Odd = 10 * TimeSpan.FromSeconds(1); // every other answer
        await store.EnsureClockAsync(Probe, CancellationToken.None);
        store.Clock.Observe(store.Now.AddSeconds(10), store.Clock.Read());
        await store.EnsureClockAsync(Probe, CancellationToken.None);
        (store.Requests, store.Clock.IsInDoubt).ShouldBe((11, true));

        store.Odd = TimeSpan.FromMinutes(10);
        await Should.ThrowAsync<StoreException>(() => store.EnsureClockAsync(Probe, CancellationToken.None));
    }

    [Fact]
    public async Task EnsureClock_asks_in_doubt_even_if_the_bounds_are_close()
    {
        var store = await KnownAsync();
        foreach (var off in (double[])[5, 2.9, 3.6])
            store.Clock.Observe(store.Now.AddSeconds(off), store.Clock.Read());
        store.Clock.IsInDoubt.ShouldBeTrue();
        (store.Clock.Latest - store.Clock.Earliest).ShouldBeLessThan(TimeSpan.FromSeconds(3));

        store.Odd = TimeSpan.FromSeconds(3.6);
        await store.EnsureClockAsync(Probe, CancellationToken.None);

        (store.Requests, store.Clock.IsInDoubt).ShouldBe((4, false));
    }

    private async Task<TickingStore> KnownAsync()
    {
        var store = new TickingStore(_time, TimeSpan.FromSeconds(-77.7), 20, 0, new Random(1));
        await store.LearnAsync();
        return store;
    }

    private static TimeSpan Skew(Random random) => TimeSpan.FromMilliseconds(random.Next(-100_000, 100_000));

    /// <summary>Its clock goes by real time. Half of a round trip is before its answer, half of it after.</summary>
    private sealed class TickingStore(JumpingTime time, TimeSpan skew, int roundTrip, int jitter, Random random)
        : IObjectStore
    {
        public ServerClock Clock { get; } = new(time);
        public string Place => "";
        public DateTimeOffset Now => time.GetUtcNow() + skew;
        public int Requests { get; private set; }
        public DateTimeOffset FirstRequest { get; private set; }
        public StoreException? Fault { get; set; }
        public TimeSpan Odd { get; set; }

        public async Task LearnAsync()
        {
            for (var i = 0; i < 3; i++) await HeadAsync(Probe, CancellationToken.None);
            FirstRequest = default;
        }

        public Task<ObjectInfo?> HeadAsync(ObjectAddress source, CancellationToken cancellation)
        {
            if (Fault is not null) throw Fault;
            if (FirstRequest == default) FirstRequest = Now;
            var sent = Clock.Read();
            Pass();
            var date = ServerTime.WholeSeconds(++Requests % 2 == 0 ? Now + Odd : Now);
            Pass();
            Clock.Observe(date, sent);
            return Task.FromResult<ObjectInfo?>(null);
        }

        private void Pass() => time.Advance(TimeSpan.FromMilliseconds((roundTrip + jitter * random.NextDouble()) / 2));

        public Task<PutResult> PutAsync(
            ObjectAddress target, Stream content, ObjectAttributes attributes, PutCondition condition,
            CancellationToken cancellation) => throw new NotSupportedException();

        public Task<StoredObject?> GetAsync(
            ObjectAddress source, long offset, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ObjectPage> ListAsync(
            string bucket, string prefix, string startAfter, int limit, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<CopyOutcome> CopyAsync(
            ObjectAddress source, long size, ObjectAddress target, Func<bool> canCommit,
            CancellationToken cancellation) => throw new NotSupportedException();

        public Task<DeleteResult> DeleteAsync(
            string bucket, IReadOnlyCollection<DeleteTarget> targets, CancellationToken cancellation) =>
            throw new NotSupportedException();
    }

    /// <summary>Who sleeps wakes up at once, and it is later.</summary>
    private sealed class JumpingTime : TimeProvider
    {
        private TimeSpan _passed;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _passed.Ticks;

        public override DateTimeOffset GetUtcNow() => Start + _passed;

        public void Advance(TimeSpan by) => _passed += by;

        public override ITimer CreateTimer(
            TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime > TimeSpan.Zero) Advance(dueTime);
            callback(state);
            return new Fired();
        }

        private sealed class Fired : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => false;

            public void Dispose() { }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
