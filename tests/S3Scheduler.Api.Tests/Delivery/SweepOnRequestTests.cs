namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>A sweep that somebody asks for, which is to deliver what is due at its start.</summary>
public sealed class SweepOnRequestTests : CoreTests
{
    private const int Down = 30;

    private readonly Gate _gate = new();

    public override async ValueTask InitializeAsync() => await _core.SettledAsync();

    [Fact]
    public async Task While_one_of_its_copies_takes_long_what_falls_due_is_delivered_by_it()
    {
        var slow = _core.Seed(_core.Key(-Minute, "slow", "hangs"));
        _core.Store.Before = r => r.IsCopyTo("hangs") ? _gate.WaitAsync() : Task.CompletedTask;
        var sweep = _core.StartSweep();

        for (var n = 0; n < 40; n++)
        {
            await _core.Time.RunAsync(Second);
            var later = _core.Seed(_core.Key(TimeSpan.Zero, $"{n}"));
            await _core.Time.RunAsync(1.5 * Second);
            _core.Delivered(later).ShouldBe("content");
        }

        sweep.IsCompleted.ShouldBeFalse();
        _gate.Open();
        await _core.Time.RunAsync(2 * Second);
        (await sweep).Delivered.ShouldBe(41);
        _core.Delivered(slow).ShouldBe("content");
    }

    [Fact]
    public async Task It_ends_when_all_was_tried_once_though_some_destinations_fail_again_and_again()
    {
        for (var n = 0; n < Down; n++) _core.Seed(_core.Key(-Minute, "a", $"down{n}"));
        _core.Store.Before = async r =>
        {
            if (r.Operation != StoreOperation.Copy) return;
            await Task.Delay((1 + (r.Target!.Value.Bucket[^1] % 7)) * Second, _core.Time);
            throw Faults.Transient();
        };

        var sweep = _core.StartSweep();
        await _core.Time.RunAsync(15 * Second);

        sweep.IsCompleted.ShouldBeTrue();
        (await sweep).ShouldSatisfyAllConditions(
            result => (result.Delivered, result.Failed, result.Remaining).ShouldBe((0, 0, false)),
            result => result.RetryAt.ShouldNotBeNull().ShouldBeLessThan(_core.Now + 16 * Second));
        _core.Pending().Count.ShouldBe(Down);
    }

    [Fact]
    public async Task It_ends_though_new_copies_that_take_long_fall_due_all_the_time()
    {
        _core.Seed(_core.Key(-Minute, "first"));
        for (var n = 0; n < 100; n++) _core.Seed(_core.Key(n * Second, $"{n}", $"slow{n % 10}"));
        _core.Store.Before = r => r.Operation == StoreOperation.Copy
            ? Task.Delay(10 * Second, _core.Time) : Task.CompletedTask;

        var sweep = _core.StartSweep();
        await _core.Time.RunAsync(55 * Second);

        sweep.IsCompleted.ShouldBeTrue();
        (await sweep).Delivered.ShouldBeInRange(30, 50);
    }

    [Fact]
    public async Task It_ends_though_something_new_falls_due_all_the_time()
    {
        _core.Seed(_core.Key(-Minute, "first"));
        for (var n = 0; n < 1_000; n++) _core.Seed(_core.Key(n * 20 * Millisecond, $"{n}"));
        _core.Store.Before = r => r.Operation == StoreOperation.Copy
            ? Task.Delay(100 * Millisecond, _core.Time) : Task.CompletedTask;

        var sweep = _core.StartSweep();
        await _core.Time.RunAsync(3 * Second);

        sweep.IsCompleted.ShouldBeTrue();
        (await sweep).Remaining.ShouldBeFalse();
    }

    [Fact]
    public async Task The_worker_goes_on_soon_with_what_it_has_left()
    {
        await StartWorkerAsync();
        await _core.Time.RunAsync(5 * Second);
        var another = _core.Seed(_core.Key(TimeSpan.Zero, "stored by another process"));
        _core.Store.Before = Faults.Once(r => r.IsCopyTo("reports"), () => throw Faults.Transient());

        (await _core.Start(() => _core.Loop.SweepOnRequestAsync(Core.Cancellation))).Delivered.ShouldBe(0);
        await _core.Time.RunAsync(3 * Second);

        _core.Delivered(another).ShouldBe("content");
    }
}
