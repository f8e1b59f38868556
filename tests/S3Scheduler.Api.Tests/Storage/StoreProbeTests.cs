namespace S3Scheduler.Api.Tests.Storage;

public sealed class StoreProbeTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Core _core = new();

    public void Dispose() => _core.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_store_that_ignores_conditions_is_refused_by_every_call(bool hasMarker)
    {
        _core.Store.IgnoresConditions = true;
        if (hasMarker) _core.Store.Seed(_core.Folder.Marker);

        for (var times = 0; times < 2; times++)
        {
            Func<Task>[] calls = [() => _core.PostAsync(_core.Key(Minute)), () => _core.SweepAsync()];
            foreach (var call in calls)
            {
                var fault = await Should.ThrowAsync<StoreException>(call);
                (fault.Code, fault.IsTransient).ShouldBe(("ConditionIgnored", false));
                fault.Message.ShouldContain("If-None-Match");
            }
        }

        _core.Pending().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_new_folder_is_probed_with_two_requests_and_a_known_one_with_one()
    {
        await _core.SweepAsync();
        await _core.SweepAsync();
        _core.Count(StoreOperation.Put).ShouldBe(2);

        using var second = new Core(store: _core.Store, time: _core.Time);
        _core.Store.ForgetRequests();
        await second.SweepAsync();
        await second.SweepAsync();
        _core.Count(StoreOperation.Put).ShouldBe(1);
    }

    [Fact]
    public async Task A_probe_without_a_response_is_repeated()
    {
        _core.Store.After = _ => throw new StoreException(StoreException.Unreachable, "Lost.", isTransient: true);
        await Should.ThrowAsync<StoreException>(() => _core.PostAsync(_core.Key(Minute)));
        _core.Store.After = null;

        await _core.PostAsync(_core.Key(Minute));

        _core.Pending().Count.ShouldBe(1);
    }
}
