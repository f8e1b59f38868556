namespace S3Scheduler.Api.Tests.Delivery;

public sealed class LateArrivalTests : CoreTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_takes_so_long_to_store_that_looks_pass_it_is_delivered_soon_all_the_same(bool isAnswered)
    {
        for (var n = 0; n < 60; n++) _core.Seed(_core.Key(n * 0.5 * Second, $"{n}", "others")); // one sweep goes on
        await StartWorkerAsync();
        await _core.Time.RunAsync(3 * Second);
        var key = _core.Key(Second);
        bool IsPost(StoreRequest request) =>
            request.Operation == StoreOperation.Put && request.Key == _core.Folder.Pending(key).Key;
        _core.Store.Before = request => IsPost(request) ? Task.Delay(3 * Second, _core.Time) : Task.CompletedTask;
        if (!isAnswered) _core.Store.After = Faults.When(IsPost, () => Faults.Transient());

        var posting = _core.Start(() => _core.PostAsync(key));
        await _core.Time.RunAsync(5 * Second);

        posting.IsFaulted.ShouldBe(!isAnswered);
        _core.Delivered(key).ShouldBe("content");
        _core.LeaseCount.ShouldBe(1);
    }
}
