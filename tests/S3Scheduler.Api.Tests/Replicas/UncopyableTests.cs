using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>A schedule whose object can't be copied, neither to its destination nor to the failed ones.</summary>
public sealed class UncopyableTests(S3Server server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_lifecycle_rule_has_archived_is_listed_as_failed_blocks_nothing_and_can_be_retried()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        var proxy = await folder.ProxyAsync();
        await using var service = await folder.StartAsync(proxy, ("Scheduler__SweepInterval", "00:00:01"));
        await folder.WorkersStartedAsync();
        var due = await folder.NowAsync() + TimeSpan.FromSeconds(3);
        var archived = await service.Client.PostAsync(due, destination, "report", ScheduleForms.Content("archived"));
        var key = (string)archived["key"]!;
        bool IsArchived(string source) => Uri.UnescapeDataString(source).EndsWith(key, StringComparison.Ordinal);
        proxy.Rule = Fault.Refused(403, "InvalidObjectState")
            .To(r => r.Operation == S3Operation.Copy && IsArchived(r.Source));
        await service.Client.PostAsync(
            due + TimeSpan.FromSeconds(3), destination, "report", ScheduleForms.Content("next"));

        await Eventually.HoldsAsync("next delivery to the same destination", async () =>
            (await folder.VersionsAsync(destination)).Count == 1);
        var failed = new Uri("/schedules?status=failed", UriKind.Relative);
        var listed = await service.Client.GetFromJsonAsync<JsonNode>(failed, Cancellation);
        var schedule = listed!["schedules"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)schedule["key"], (string?)schedule["failure"]!["code"]).ShouldBe((key, "InvalidObjectState"));
        await service.Client.NothingPendingAsync(); // what is delivered is deleted a little later

        proxy.Rule = null; // it has been restored
        var retry = new Uri($"/schedules/{Uri.EscapeDataString(key)}/retry", UriKind.Relative);
        using var answer = await service.Client.PostAsync(retry, null, Cancellation);
        answer.EnsureSuccessStatusCode();
        await Eventually.HoldsAsync("delivery", async () => (await folder.VersionsAsync(destination)).Count == 2);
        using var arrived = await folder.S3.GetObjectAsync(destination, "report", Cancellation);
        (await arrived.TextAsync()).ShouldBe("archived");
        await folder.NothingPendingAsync();
    }
}
