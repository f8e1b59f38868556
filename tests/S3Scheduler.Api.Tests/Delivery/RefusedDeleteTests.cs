namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>A store or a role that permits COPY and refuses DELETE.</summary>
public sealed class RefusedDeleteTests : CoreTests
{
    public override async ValueTask InitializeAsync() => await _core.SettledAsync();

    [Fact]
    public async Task A_schedule_whose_delete_is_refused_is_copied_once_even_if_a_consumer_removed_the_copy()
    {
        var (first, second) = SeedTwo();
        Refuse(first);
        for (var sweep = 0; sweep < 20; sweep++)
        {
            var other = _core.Seed(_core.Key(-Second, $"other {sweep}"));
            (await _core.SweepAsync()).Delivered.ShouldBe(1);
            _core.Delivered(other).ShouldBe("content");
            _core.Store.Remove(new ObjectAddress("reports", "same")); // the consumer has taken it
            _core.Time.Advance(Minute);
        }

        (Copies(first), Copies(second)).ShouldBe((1, 0));
        _core.Log.Names.Count(n => n == "DeleteFailed").ShouldBe(1);

        _core.Store.RefusesDelete = _ => null;
        (await _core.SweepAsync()).Delivered.ShouldBe(2);

        (Copies(first), Copies(second)).ShouldBe((1, 1));
        _core.Delivered(second).ShouldBe("second");
        _core.Pending().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_worker_goes_on_beside_a_refused_delete_and_repeats_only_the_delete()
    {
        var (first, second) = SeedTwo();
        Refuse(first);
        await StartWorkerAsync();
        for (var minute = 0; minute < 10; minute++)
        {
            _core.Store.Remove(new ObjectAddress("reports", "same"));
            var other = _core.Seed(_core.Key(-Second, $"other {minute}"));
            await _core.Time.RunAsync(Minute);
            _core.Delivered(other).ShouldBe("content");
        }

        (Copies(first), Copies(second)).ShouldBe((1, 0));
        _core.Store.RefusesDelete = _ => null;
        await _core.Time.RunAsync(20 * Second); // the longest pause, and a sweep

        (Copies(first), Copies(second)).ShouldBe((1, 1));
        _core.Pending().ShouldBeEmpty();
    }

    [Fact]
    public async Task Another_schedule_that_took_the_place_of_one_that_was_copied_is_delivered()
    {
        var (first, second) = SeedTwo();
        Refuse(first);
        await _core.SweepAsync();
        _core.Store.Remove(_core.Folder.Pending(first));
        _core.Time.Advance(Minute);
        _core.Seed(first, "first", "late upload"); // the same content under the same key

        _core.Store.RefusesDelete = _ => null;
        (await _core.SweepAsync()).Delivered.ShouldBe(2);

        (Copies(first), Copies(second)).ShouldBe((2, 1));
    }

    private (ScheduleKey First, ScheduleKey Second) SeedTwo() => (
        _core.Seed(_core.Key(-2 * Minute, "same"), "first", "first"),
        _core.Seed(_core.Key(-Minute, "same"), "second", "second"));

    private void Refuse(ScheduleKey key) =>
        _core.Store.RefusesDelete = k => k == _core.Folder.Pending(key).Key ? "AccessDenied" : null;

    private int Copies(ScheduleKey key) =>
        _core.Store.Requests.Count(r => r.IsCopyTo("reports") && r.Key == _core.Folder.Pending(key).Key);
}
