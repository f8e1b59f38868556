using System.Globalization;
using System.Net;

namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>The store's answers have a wrong Date: one of them, or all for a while.</summary>
public sealed class WrongDateTests(S3Server server)
{
    private static readonly (string Key, string Value) EverySecond = ("Scheduler__SweepInterval", "00:00:01");
    private static readonly TimeSpan InTime = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2027-11-27T00:00:00Z")]
    [InlineData("9999-12-31T23:59:50Z")]
    public async Task One_answer_with_a_Date_far_ahead_makes_nothing_due_and_does_not_end_the_process(string wrong)
    {
        var far = DateTimeOffset.Parse(wrong, CultureInfo.InvariantCulture);
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        var proxy = await folder.ProxyAsync();
        await using var service = await folder.StartAsync(proxy, EverySecond);
        await folder.SweepFirstAsync(service, destination);
        var now = await folder.NowAsync();
        for (var hours = 1; hours <= 3; hours++)
            await folder.PutAsync($"in {hours} hours", now + TimeSpan.FromHours(hours), destination, "later");
        if (far < now) far = now + TimeSpan.FromDays(365);

        proxy.Rule = Fault.Misdated(_ => far).To(r => r.Operation == S3Operation.List).Once();
        await Eventually.HoldsAsync("answer with a wrong Date", () => folder.Log.Count(NetworkFault.Misdated) == 1);
        var first = await folder.NowAsync() + TimeSpan.FromSeconds(6);
        var soon = await Series.PostAsync(folder, service, destination, first, 10, TimeSpan.FromSeconds(5));

        (await soon.LatenessAsync())[^1].ShouldBeLessThan(InTime);
        await folder.OnlyPendingAsync(key => key.Contains(" hours"), 3);
        await ShouldLiveAsync(service);
    }

    [Fact]
    public async Task Error_pages_of_a_gateway_with_a_Date_far_ahead_make_nothing_due()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        var proxy = await folder.ProxyAsync();
        await using var service = await folder.StartAsync(proxy, EverySecond);
        await folder.SweepFirstAsync(service, destination);
        var first = await folder.NowAsync() + TimeSpan.FromSeconds(25);
        var series = await Series.PostAsync(folder, service, destination, first, 10, TimeSpan.FromSeconds(5));

        var page = Fault.Refused(502, "BadGateway") with { Date = right => right + TimeSpan.FromDays(365) };
        proxy.Rule = page.To(r => r.Operation == S3Operation.List).Once(times: 12);
        await Eventually.HoldsAsync("error pages", () => folder.Log.Count(NetworkFault.Refused) == 12);

        (await series.LatenessAsync())[^1].ShouldBeLessThan(InTime);
    }

    [Fact]
    public async Task A_clock_that_was_ten_minutes_fast_and_was_put_right_makes_nothing_early_from_then_on()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        var proxy = await folder.ProxyAsync();
        var fast = TimeSpan.FromMinutes(10);
        proxy.Rule = Fault.Misdated(right => right + fast).To(_ => true);
        await using var service = await folder.StartAsync(proxy, EverySecond);
        await Eventually.HoldsAsync("sweeps with a fast clock", () => folder.Log.Count(S3Operation.List) >= 4);

        proxy.Rule = null;
        var seen = folder.Log.Count(S3Operation.List);
        await Eventually.HoldsAsync("sweeps", () => folder.Log.Count(S3Operation.List) >= seen + 4);
        var later = await folder.NowAsync() + TimeSpan.FromMinutes(3);
        await service.Client.PostAsync(later, destination, "later", ScheduleForms.Content("later"));
        var first = await folder.NowAsync() + TimeSpan.FromSeconds(6);
        var soon = await Series.PostAsync(folder, service, destination, first, 10, TimeSpan.FromSeconds(5));

        (await soon.LatenessAsync())[^1].ShouldBeLessThan(InTime);
        await folder.OnlyPendingAsync(key => key.EndsWith("|later"), 1);
        await ShouldLiveAsync(service);
    }

    private static async Task ShouldLiveAsync(ServiceProcess service)
    {
        using var answer = await service.Client.GetAsync(new Uri("/health/live", UriKind.Relative), Cancellation);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
