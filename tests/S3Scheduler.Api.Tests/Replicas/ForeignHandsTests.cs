using System.Net;
using Amazon.S3;

namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>Somebody else has changed the bucket of the schedules.</summary>
public sealed class ForeignHandsTests(S3Server server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // No number is left after the first one, and the second one is number 0.
    private static readonly string[] Names = ["000000000000", "999999999999", "notes.txt"];

    [Fact]
    public async Task Objects_among_the_leases_that_are_none_do_not_stop_the_sweeps()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var destination = await folder.DestinationAsync();
        foreach (var key in Names.Select(name => $"schedules/.sweep/{name}"))
        {
            await folder.S3.PutObjectAsync(
                new() { BucketName = folder.Bucket, Key = key, ContentBody = "not a lease" }, Cancellation);
        }

        await using var service = await folder.StartAsync(await folder.ProxyAsync());
        var first = await folder.NowAsync() + TimeSpan.FromSeconds(4);
        var series = await Series.PostAsync(folder, service, destination, first, 5, TimeSpan.FromSeconds(12));

        // The lease of 5 s that it might be may be awaited once.
        (await series.LatenessAsync())[^1].ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Versioning_that_makes_the_server_ignore_conditions_overwrites_no_schedule_twice()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        await using var service = await folder.StartAsync(await folder.ProxyAsync());
        await folder.WorkersStartedAsync();
        var due = await folder.NowAsync() + TimeSpan.FromHours(1);
        await service.Client.PostAsync(due, folder.Bucket + "-other", "k", ScheduleForms.Content("before"));
        await folder.S3.PutBucketVersioningAsync(
            new() { BucketName = folder.Bucket, VersioningConfig = new() { Status = VersionStatus.Enabled } },
            Cancellation);

        // Where the server keeps the condition, each is 409. Where not, the first one that is stored shows it.
        await PostAgainAsync("second");
        (await PostAgainAsync("third")).ShouldBeOneOf(HttpStatusCode.Conflict, HttpStatusCode.BadGateway);

        async Task<HttpStatusCode> PostAgainAsync(string content)
        {
            using var form = ScheduleForms.Form(
                ("dueAt", $"{due:O}"), folder.Bucket + "-other", "k", ScheduleForms.Content(content));
            using var answer = await service.Client.PostAsync(ScheduleForms.Schedules, form, Cancellation);
            return answer.StatusCode;
        }
    }
}
