namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>Something stops a sweep in its middle: an answer that never ends, a caller that goes away.</summary>
public sealed class StalledSweepTests(S3Server server)
{
    // The lease lasts 5 s, and the store's answers may take 3 s.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lease_whose_content_stalls_while_it_is_read_does_not_stop_the_sweeps()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        var proxy = await folder.ProxyAsync();
        await using var service = await folder.StartAsync(proxy, ("AWS__Timeout", "3000"));
        await folder.SweepFirstAsync(service, destination);

        proxy.Rule = Fault.Stalled(Timeout.InfiniteTimeSpan)
            .To(r => r.Operation == S3Operation.Get && IsLease(r)).Once();
        var due = await folder.NowAsync() + TimeSpan.FromSeconds(3);
        var series = await Series.PostAsync(folder, service, destination, due, 10, TimeSpan.FromSeconds(10));

        (await series.LatenessAsync())[^1].ShouldBeLessThan(Soon);
        folder.Log.Count(NetworkFault.Stalled).ShouldBe(1);
    }

    [Fact]
    public async Task A_client_that_asks_for_sweeps_and_hangs_up_again_and_again_makes_nothing_late()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        var proxy = await folder.ProxyAsync();
        await using var service = await folder.StartAsync(proxy);
        await folder.SweepFirstAsync(service, destination);
        using var over = new CancellationTokenSource();
        var client = HangUpAgainAndAgainAsync(service, proxy, over.Token);
        var due = await folder.NowAsync() + TimeSpan.FromSeconds(4);
        var series = await Series.PostAsync(folder, service, destination, due, 40, TimeSpan.FromSeconds(10));

        var late = await series.LatenessAsync();
        await over.CancelAsync();
        await client;
        late[^1].ShouldBeLessThan(TimeSpan.FromSeconds(5));
        folder.Log.CopiesTo(destination).ShouldBe(41);
    }

    // Each time when the sweep has just asked for its lease.
    private static async Task HangUpAgainAndAgainAsync(
        ServiceProcess service, FaultyProxy proxy, CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            proxy.OnRequest = request =>
            {
                if (request.Operation == S3Operation.Put && IsLease(request)) asked.TrySetResult();
            };
            using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            var call = service.Client.PostAsync(new Uri("/sweeps", UriKind.Relative), null, hangUp.Token);
            await Task.WhenAny(call, asked.Task);
            await hangUp.CancelAsync();
            try
            {
                using var answer = await call;
            }
            catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
            {
                // It has hung up.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
            proxy.OnRequest = null;
        }
    }

    private static bool IsLease(S3Request request) => request.Key.Contains(".sweep", StringComparison.Ordinal);
}
