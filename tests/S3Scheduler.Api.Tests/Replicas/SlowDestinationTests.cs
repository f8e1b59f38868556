namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>One destination takes long or never answers. The others must not wait for it.</summary>
public sealed class SlowDestinationTests(S3Server server)
{
    private const int Others = 60;

    private static readonly TimeSpan Over = TimeSpan.FromSeconds(15);

    // Far from a quiet machine's half second, and far from the half minute of those that wait.
    private static readonly TimeSpan InTime = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_bucket_that_takes_40_s_a_copy_and_one_that_never_answers_delay_no_other_bucket()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var (good, slow) = (await folder.DestinationAsync(), await folder.DestinationAsync());
        var hanging = await folder.DestinationAsync();
        var proxy = await folder.ProxyAsync();
        proxy.Rule = Fault.Delayed(TimeSpan.FromSeconds(40)).To(r => IsCopyTo(slow, r))
            .Or(Fault.Hanging.To(r => IsCopyTo(hanging, r)));
        await using var service = await folder.StartAsync(proxy);

        var start = await folder.NowAsync() + TimeSpan.FromSeconds(5);
        for (var number = 0; number < 5; number++)
        {
            await service.Client.PostAsync(start, slow, $"slow{number}", ScheduleForms.Content("slow"));
            await service.Client.PostAsync(start, hanging, $"hanging{number}", ScheduleForms.Content("hanging"));
        }

        var others = await Series.PostAsync(
            folder, service, good, start + TimeSpan.FromSeconds(1), Others, Over);

        (await others.LatenessAsync())[^1].ShouldBeLessThan(InTime);
        await Eventually.HoldsAsync("deliveries to the slow bucket", async () =>
            (await folder.VersionsAsync(slow)).Count >= 5);
        await Eventually.HoldsAsync("deletes of what was delivered", async () =>
            (await folder.PendingAsync()).All(key => key.Contains(hanging, StringComparison.Ordinal)));
        await folder.ShouldHoldOnceAsync(slow, 5);
    }

    [Fact]
    public async Task One_key_that_is_always_refused_with_503_does_not_slow_the_other_keys_of_its_bucket()
    {
        await using var folder = await ReplicatedFolder.CreateAsync(server);
        var (bucket, control) = (await folder.DestinationAsync(), await folder.DestinationAsync());
        var proxy = await folder.ProxyAsync();
        proxy.Rule = Fault.Refused(503, "SlowDown").To(r => r.Operation == S3Operation.Copy && r.Key == "bad");
        await using var service = await folder.StartAsync(proxy);

        var start = await folder.NowAsync() + TimeSpan.FromSeconds(5);
        await service.Client.PostAsync(start, bucket, "bad", ScheduleForms.Content("bad"));
        var first = start + TimeSpan.FromSeconds(1);
        var others = await Series.PostAsync(folder, service, bucket, first, Others / 2, Over);
        var elsewhere = await Series.PostAsync(folder, service, control, first, Others / 2, Over);

        // Beside those to another bucket at the same time: what a busy machine takes is no part of the difference.
        var (here, there) = (await others.LatenessAsync(), await elsewhere.LatenessAsync());
        (Mean(here) - Mean(there)).ShouldBeLessThan(0.4);
        await folder.OnlyPendingAsync(key => key.EndsWith("|bad"), 1);
    }

    private static bool IsCopyTo(string bucket, S3Request request) =>
        request.Operation == S3Operation.Copy && request.Bucket == bucket;

    private static double Mean(IReadOnlyList<TimeSpan> late) => late.Average(by => by.TotalSeconds);
}
