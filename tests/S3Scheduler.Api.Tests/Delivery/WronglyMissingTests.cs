namespace S3Scheduler.Api.Tests.Delivery;

/// <summary>A store that says once that a schedule is not there, although it is.</summary>
public sealed class WronglyMissingTests : CoreTests
{
    private ScheduleKey _key = null!;

    public override async ValueTask InitializeAsync()
    {
        await _core.SettledAsync();
        _key = _core.Seed(_core.Key(-Minute), id: "one");
        var isTold = false;
        _core.Store.SaysMissing = r => r.Operation == StoreOperation.Head && r.Bucket == Core.Bucket
            && r.Key == _core.Folder.Pending(_key).Key && !isTold && (isTold = true);
    }

    [Fact]
    public async Task What_was_delivered_and_not_deleted_is_not_delivered_again()
    {
        _core.Store.Before = Faults.Once(
            r => r.Operation == StoreOperation.Delete && r.Keys.Contains(_core.Folder.Pending(_key).Key),
            () => throw Faults.Transient());

        await RunAsync();

        Copies.ShouldBe(1);
    }

    [Fact]
    public async Task What_was_copied_without_an_answer_is_not_delivered_again()
    {
        _core.Store.After = Faults.Once(r => r.IsCopyTo("reports"), () => throw Faults.Transient());

        await RunAsync();

        Copies.ShouldBe(1);
    }

    [Fact]
    public async Task What_was_not_copied_is_delivered_by_a_later_look()
    {
        _core.Store.Before = Faults.Once(r => r.IsCopyTo("reports"), () => throw Faults.Transient());

        await RunAsync();

        Copies.ShouldBe(2);
    }

    private int Copies => _core.Store.Requests.Count(r => r.IsCopyTo("reports"));

    private async Task RunAsync()
    {
        for (var n = 0; n < 60; n++) _core.Seed(_core.Key((n + 1) * Second, $"{n}", "others")); // one sweep goes on
        await StartWorkerAsync();
        await _core.Time.RunAsync(40 * Second);

        _core.Delivered(_key).ShouldBe("content");
        _core.Pending().ShouldNotContain($"{_key}");
    }
}
