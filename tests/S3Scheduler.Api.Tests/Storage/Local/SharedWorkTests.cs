using S3Scheduler.Api.Storage.Local;

namespace S3Scheduler.Api.Tests.Storage.Local;

public sealed class SharedWorkTests : IDisposable
{
    private readonly List<int[]> _runs = [];
    private readonly SemaphoreSlim _began = new(0);
    private readonly SemaphoreSlim _mayEnd = new(0);
    private readonly SharedWork<int, int> _work;

    private Exception? _fault;

    public SharedWorkTests() => _work = new(Run);

    public void Dispose()
    {
        _began.Dispose();
        _mayEnd.Dispose();
    }

    [Fact]
    public async Task Who_asks_during_a_run_gets_the_next_one_which_saw_all_that_was_there()
    {
        var first = AskAsync(1);
        await _began.WaitAsync(Core.Cancellation);
        var second = AskAsync(1);

        _mayEnd.Release(2);

        (await first, await second).ShouldBe((1, 2)); // the numbers of their runs
    }

    [Fact]
    public async Task However_many_ask_during_a_run_they_share_one_more()
    {
        var first = AskAsync(0);
        await _began.WaitAsync(Core.Cancellation);
        var others = Enumerable.Range(0, 320).Select(n => AskAsync(n % 10)).ToList();

        _mayEnd.Release(2);

        await first;
        (await Task.WhenAll(others)).ShouldAllBe(run => run == 2);
        _runs[1].ShouldBe(Enumerable.Range(0, 10), ignoreOrder: true);
    }

    [Fact]
    public async Task A_fault_reaches_those_who_share_the_run_and_the_next_one_goes_on()
    {
        _fault = new IOException("full");
        _mayEnd.Release(2);
        (await Should.ThrowAsync<IOException>(() => AskAsync(1))).Message.ShouldBe("full");
        _fault = null;

        (await AskAsync(1)).ShouldBe(2);
    }

    [Fact]
    public async Task Who_gives_up_leaves_the_run_to_the_others()
    {
        using var gone = new CancellationTokenSource();
        var (one, other) = (_work.AskAsync(1, gone.Token), AskAsync(1));
        await gone.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => one);
        _mayEnd.Release(2);
        await other;
    }

    private Task<int> AskAsync(int request) => _work.AskAsync(request, Core.Cancellation);

    private Dictionary<int, int> Run(IReadOnlyCollection<int> requests)
    {
        _runs.Add([.. requests]);
        _began.Release();
        _mayEnd.Wait();
        return _fault is null ? requests.ToDictionary(r => r, _ => _runs.Count) : throw _fault;
    }
}
