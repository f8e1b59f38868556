using System.Text.Json.Nodes;

namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>How many requests the service sends to the store: each costs money.</summary>
public sealed class RequestCountTests(S3Server server)
{
    [Fact]
    public async Task A_look_when_nothing_is_due_is_one_small_LIST_whatever_is_pending()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        await using var service = await folder.StartAsync(await folder.ProxyAsync(), LambdaTests.OnLambda);
        await folder.SweepFirstAsync(service, destination);
        await folder.PutAsync(1500, await folder.NowAsync() + TimeSpan.FromDays(1), destination);

        var requests = await CountAsync(folder, async () => await service.Client.SweepAsync());

        var look = requests.ShouldHaveSingleItem();
        look.Request.Operation.ShouldBe(S3Operation.List);
        look.Bytes.ShouldBeLessThan(16 << 10); // a page of 1,000 keys has twenty times as many
    }

    [Fact]
    public async Task One_delivery_takes_three_LISTs_one_GET_three_PUTs_one_COPY_and_one_DELETE_at_most()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        await using var service = await folder.StartAsync(await folder.ProxyAsync(), LambdaTests.OnLambda);
        await folder.SweepFirstAsync(service, destination);
        await folder.PutAsync("lone", await folder.NowAsync() - TimeSpan.FromSeconds(1), destination, "lone");

        var requests = await CountAsync(folder, async () =>
            (await service.Client.SweepAsync()).Delivered.ShouldBe(1));

        int Count(S3Operation operation) => requests.Count(e => e.Request.Operation == operation);
        Count(S3Operation.Copy).ShouldBe(1);
        Count(S3Operation.Delete).ShouldBe(1);
        Count(S3Operation.List).ShouldBeLessThanOrEqualTo(3);
        Count(S3Operation.Get).ShouldBeLessThanOrEqualTo(1);
        Count(S3Operation.Put).ShouldBeLessThanOrEqualTo(3); // two of the lease, and the receipt
    }

    [Fact]
    public async Task Of_many_due_at_once_each_takes_one_COPY_and_the_rest_is_shared()
    {
        const int Due = 3000;
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        await using var service = await folder.StartAsync(await folder.ProxyAsync(), LambdaTests.OnLambda);
        await folder.SweepFirstAsync(service, destination);
        await folder.PutAsync(Due, await folder.NowAsync() - TimeSpan.FromSeconds(1), destination);

        var started = TimeProvider.System.GetTimestamp();
        var requests = await CountAsync(folder, async () =>
            (await service.Client.SweepAsync()).Delivered.ShouldBe(Due));
        var seconds = (int)TimeProvider.System.GetElapsedTime(started).TotalSeconds;

        requests.Count(e => e.Request.Operation == S3Operation.Copy).ShouldBe(Due);
        // What waits for a batch or for a look waits for less than a second, so a slow server gets more of them. Each
        // third of a lease takes a PUT and a LIST.
        var others = requests.Count(e => e.Request.Operation != S3Operation.Copy);
        others.ShouldBeLessThan(2 * (Due / 1000) + 10 + 8 * seconds);
    }

    [Fact]
    public async Task Cancelling_10_000_takes_one_LIST_and_one_DELETE_a_page()
    {
        const int Count = 10_000;
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        await using var service = await folder.StartAsync(await folder.ProxyAsync(), LambdaTests.OnLambda);
        await folder.SweepFirstAsync(service, destination);
        await folder.PutAsync(Count, await folder.NowAsync() + TimeSpan.FromDays(1), destination);
        await folder.PutAsync("kept", await folder.NowAsync() + TimeSpan.FromDays(1), destination, "kept");

        var (cancelled, pages) = (0, 0);
        var requests = await CountAsync(folder, async () =>
        {
            for (string? after = ""; after is not null; pages++)
            {
                var path = $"/schedules/cancel?bucket={destination}&keyPrefix=d{after}";
                using var answer = await service.Client.PostAsync(new Uri(path, UriKind.Relative), null, Cancellation);
                var page = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!;
                cancelled += (int)page["cancelled"]!;
                after = (string?)page["next"] is { } next ? $"&after={Uri.EscapeDataString(next)}" : null;
            }
        });

        (cancelled, pages).ShouldBe((Count, 11));
        requests.CountBy(e => e.Request.Operation).ToDictionary().ShouldBe(
            new Dictionary<S3Operation, int> { [S3Operation.List] = pages, [S3Operation.Delete] = pages },
            ignoreOrder: true);
        (await service.Client.PendingAsync()).ShouldHaveSingleItem().ShouldContain("kept");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<IReadOnlyList<S3Exchange>> CountAsync(ReplicatedFolder folder, Func<Task> act)
    {
        var before = folder.Log.All.Count();
        await act();
        return [.. folder.Log.All.Skip(before)];
    }
}
