namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>Sweeps with a time limit of their own, as a Lambda function makes them.</summary>
public sealed class BudgetTests(S3Server server)
{
    private const int Due = 5000;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task A_sweep_whose_time_is_over_closes_its_lease_and_the_next_ones_deliver_the_rest_once()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        await using var service = await folder.StartAsync(
            await folder.ProxyAsync(), [.. LambdaTests.OnLambda, ("Scheduler__SweepBudget", $"{Budget}")]);
        await folder.PutAsync(Due, await folder.NowAsync() - TimeSpan.FromSeconds(1), destination);

        var first = await service.Client.SweepAsync();
        first.Remaining.ShouldBeTrue();
        // By the server's clock: this does not count how long a busy machine takes to start and to answer.
        var copied = (await folder.VersionsAsync(destination)).Select(v => v.At).DefaultIfEmpty().ToList();
        (copied[^1] - copied[0]).ShouldBeLessThan(Budget + TimeSpan.FromSeconds(8));
        (await folder.LeaseAsync()).ShouldBe(LeaseState.Closed);

        var delivered = first.Delivered;
        var idle = 0;
        for (var remaining = true; remaining;)
        {
            var next = await service.Client.SweepAsync();
            (remaining, delivered) = (next.Remaining, delivered + next.Delivered);
            // On a busy machine a sweep may not get to its first copy, but not again and again.
            idle = next.Delivered > 0 ? 0 : idle + 1;
            if (remaining) idle.ShouldBeLessThan(20);
        }

        delivered.ShouldBe(Due);
        (await folder.PendingAsync()).ShouldBeEmpty();
        await folder.ShouldHoldOnceAsync(destination, Due);
    }

    [Fact]
    public async Task A_long_sweep_delivers_what_falls_due_while_it_lasts_and_then_ends()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        await using var service = await folder.StartAsync(await folder.ProxyAsync(), LambdaTests.OnLambda);
        var now = await folder.NowAsync();
        DateTimeOffset DueAt(int number) => now + TimeSpan.FromSeconds(5 * number);
        for (var number = 0; number < 4; number++)
            await folder.PutAsync($"d{number}", DueAt(number), destination, $"content {number}");
        await folder.PutAsync("later", DueAt(12), destination, "due long after the end of the sweep");

        var swept = await service.Client.SweepAsync("?for=PT20S");

        (swept.Outcome, swept.Delivered, swept.Remaining).ShouldBe(("swept", 4, false));
        swept.Took.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(20));
        (await folder.PendingAsync()).ShouldHaveSingleItem();
        var versions = (await folder.VersionsAsync(destination)).ToDictionary(v => v.Key, v => v.At);
        for (var number = 0; number < 4; number++)
            versions[$"d{number}"].ShouldBeGreaterThanOrEqualTo(DueAt(number));
        // Not all of them at the end of the sweep.
        for (var number = 0; number < 2; number++) versions[$"d{number}"].ShouldBeLessThan(now + swept.Took);
    }

    [Fact]
    public async Task Beside_a_copy_that_hangs_a_function_that_is_killed_has_delivered_and_deleted_the_others_once()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var (good, hanging) = (await folder.DestinationAsync(), await folder.DestinationAsync());
        var proxy = await folder.ProxyAsync();
        proxy.Rule = Fault.Hanging.To(r => r.Operation == S3Operation.Copy && r.Bucket == hanging);
        var budget = TimeSpan.FromSeconds(5);
        var due = await folder.NowAsync() - TimeSpan.FromSeconds(1);
        await folder.PutAsync("hangs", due, hanging, "hangs");
        await folder.PutAsync(3, due, good);

        for (var cycle = 0; cycle < 2; cycle++)
        {
            await using var function = await folder.StartAsync(
                proxy, [.. LambdaTests.OnLambda, ("Scheduler__SweepBudget", $"{budget}")]);
            using var timeout = new CancellationTokenSource(budget + TimeSpan.FromSeconds(40));
            var call = function.Client.PostAsync(new Uri("/sweeps", UriKind.Relative), null, CancellationToken.None);
            await Task.WhenAny(call, Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, timeout.Token));
            var isAnswered = call.IsCompletedSuccessfully;
            await function.KillAsync();

            (await folder.PendingAsync()).ShouldHaveSingleItem().ShouldEndWith("|hangs");
            await folder.ShouldHoldOnceAsync(good, 3);
            folder.Log.CopiesTo(good).ShouldBe(3);
            isAnswered.ShouldBeTrue();
            (await folder.LeaseAsync()).ShouldBe(LeaseState.Unresolved);
        }
    }
}
