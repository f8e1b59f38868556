using System.Collections.Concurrent;
using S3Scheduler.Api.Tests.Http;
using S3Scheduler.Api.Tests.Simulation;

namespace S3Scheduler.Api.Tests.Lies;

/// <summary>What the clients of a run do. One step each tenth of a second.</summary>
internal sealed class Traffic(Clients clients, TimeProvider time, ulong seed)
{
    private static readonly string[] Good = ["good-1", "good-2"];
    private static readonly string[] Ill = ["ill-1", "ill-2", "ill-3", "ill-4", "ill-5", "ill-6", "ill-7", "ill-8"];
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Dice _dice = new(Dice.Seed(seed, "clients"));
    private readonly ConcurrentQueue<Posted> _posted = [];
    private readonly ConcurrentQueue<Readiness> _readiness = [];
    private readonly ConcurrentQueue<(DateTimeOffset From, DateTimeOffset To)> _sweeps = [];
    private int _steps;

    public IReadOnlyCollection<Posted> Posted => _posted;

    public IReadOnlyCollection<Readiness> Readiness => _readiness;

    /// <summary>The sweeps that clients have asked for.</summary>
    public IReadOnlyCollection<(DateTimeOffset From, DateTimeOffset To)> Sweeps => _sweeps;

    public static bool IsGood(string bucket) => Good.Contains(bucket);

    public void Step()
    {
        if (_steps++ % 10 == 0) clients.Start(LookAsync());
        if (Chance(0.3)) clients.Start(PostAsync(new Posted(_steps, Pick(Good))));
        if (Chance(0.5)) clients.Start(PostAsync(new Posted(-_steps, Pick(Ill))));
        if (Chance(0.15)) clients.Start(ChangeAsync(CancelAsync));
        if (Chance(0.1)) clients.Start(ChangeAsync(RescheduleAsync));
        if (Chance(0.4)) clients.Start(ReadAsync());
        if (Chance(0.2)) clients.Start(ListAsync());
        if (Chance(0.03)) clients.Start(RetryAsync());
        if (Chance(0.03)) clients.Start(clients.CallAsync("state", HttpMethod.Get, "/health/state"));
        if (Chance(0.01)) clients.Start(SweepAsync());
    }

    private async Task SweepAsync()
    {
        var began = time.GetUtcNow();
        await clients.CallAsync("sweep", HttpMethod.Post, "/sweeps", isFollowed: false);
        _sweeps.Enqueue((began, time.GetUtcNow()));
    }

    private Task<Answer?> RetryAsync() =>
        clients.CallAsync("retry", HttpMethod.Post, $"/schedules/retry?bucket={Pick(Ill)}");

    private bool Chance(double probability) { lock (_dice) return _dice.Chance(probability); }

    private T Pick<T>(params T[] options) { lock (_dice) return _dice.Pick<T>(options); }

    private async Task PostAsync(Posted posted)
    {
        lock (_dice)
            posted.DueAt = time.GetUtcNow() + (_dice.Chance(0.1) ? TimeSpan.FromHours(1) : _dice.Seconds(0, 20));
        _posted.Enqueue(posted);
        // A client that gets no clear answer posts the same again.
        for (var tries = 0; tries < 3 && posted.Key is null; tries++)
        {
            if (tries > 0) await Task.Delay(Second, time);
            var form = Form.To(posted.Bucket, posted.DestinationKey).With("content", posted.Content)
                .DueAt(posted.DueAt);
            var answer = await clients.CallAsync("post", HttpMethod.Post, "/schedules", form.ToContent());
            if (answer is { Status: 200 or 201 }) (posted.Key, posted.DueAt) = (answer.Key, answer.DueAt);
            else posted.IsUncertain = true;
        }
    }

    private async Task ChangeAsync(Func<Posted, Task> change)
    {
        var all = _posted.Where(p => p is { Key: not null, IsBusy: false, IsUncertain: false, IsCancelled: false }
            && p.DueAt > time.GetUtcNow() + 4 * Second).ToArray();
        if (all.Length == 0) return;
        var posted = Pick(all);
        posted.IsBusy = true;
        await change(posted);
        posted.IsBusy = false;
    }

    private async Task CancelAsync(Posted posted)
    {
        var answer = await clients.CallAsync("cancel", HttpMethod.Delete, Http.Client.PathOf(posted.Key!));
        posted.IsCancelled = answer?.Status == 204;
        posted.MayBeCancelled = posted.IsUncertain = answer?.Status is not (204 or 404 or 409);
    }

    private async Task RescheduleAsync(Posted posted)
    {
        var dueAt = time.GetUtcNow() + 10 * Second;
        var body = new StringContent(
            $"{{\"dueAt\":\"{dueAt.UtcDateTime:O}\"}}", Encoding.UTF8, "application/json");
        var answer = await clients.CallAsync("reschedule", HttpMethod.Patch, Http.Client.PathOf(posted.Key!), body);
        posted.IsUncertain = answer?.Status != 200;
        if (answer?.Status == 200) (posted.Key, posted.DueAt) = (answer.Key, answer.DueAt);
    }

    private async Task ReadAsync()
    {
        var all = _posted.Where(p => p.Key is not null).TakeLast(200).ToArray();
        if (all.Length == 0) return;
        var (posted, isContent) = (Pick(all), Chance(0.6));
        var path = Http.Client.PathOf(posted.Key!);
        if (!isContent) await clients.CallAsync("get", HttpMethod.Get, path);
        else if (await clients.CallAsync(Clients.Content, HttpMethod.Get, $"{path}/content") is { Status: 200 } content
            && content.Text != posted.Content)
            clients.AddFault($"The content of {posted.Key} was read as '{content.Text}'.");
    }

    private Task<Answer?> ListAsync() => clients.CallAsync("list", HttpMethod.Get, "/schedules?"
        + $"status={Pick("pending", "failed", "delivered")}&limit={Pick(1, 100, 1000)}"
        + Pick("", "&bucket=ill-1", "&keyPrefix=n1"));

    private async Task LookAsync()
    {
        var at = time.GetUtcNow();
        var answer = await clients.CallAsync("ready", HttpMethod.Get, "/health/ready", mayBeLiedTo: false);
        _readiness.Enqueue(new(at, answer is { Status: 200 } && answer["status"] == "ready"));
    }
}
