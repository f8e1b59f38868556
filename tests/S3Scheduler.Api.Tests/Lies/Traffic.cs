using System.Collections.Concurrent;
using S3Scheduler.Api.Tests.Http;
using S3Scheduler.Api.Tests.Simulation;

namespace S3Scheduler.Api.Tests.Lies;

/// <summary>What the clients of a run do. One step each tenth of a second.</summary>
internal sealed class Traffic(Http.Client client, Liar liar, TimeProvider time, ulong seed)
{
    private static readonly string[] Good = ["good-1", "good-2"];
    private static readonly string[] Ill = ["ill-1", "ill-2", "ill-3", "ill-4", "ill-5", "ill-6", "ill-7", "ill-8"];
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Dice _dice = new(Dice.Seed(seed, "clients"));
    private readonly ConcurrentQueue<Posted> _posted = [];
    private readonly ConcurrentQueue<Readiness> _readiness = [];
    private readonly ConcurrentQueue<string> _faults = [];
    private readonly List<Task> _calls = [];
    private int _steps;

    public IReadOnlyCollection<Posted> Posted => _posted;

    public IReadOnlyCollection<Readiness> Readiness => _readiness;

    /// <summary>Answers that are wrong whatever the store has said.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    public static bool IsGood(string bucket) => Good.Contains(bucket);

    /// <summary>Waits for all answers.</summary>
    public Task EndAsync() => Task.WhenAll(_calls);

    public void Step()
    {
        if (_steps++ % 10 == 0) Start(LookAsync());
        if (Chance(0.3)) Start(PostAsync(new Posted(_steps, Pick(Good))));
        if (Chance(0.5)) Start(PostAsync(new Posted(-_steps, Pick(Ill))));
        if (Chance(0.15)) Start(ChangeAsync(CancelAsync));
        if (Chance(0.1)) Start(ChangeAsync(RescheduleAsync));
        if (Chance(0.4)) Start(ReadAsync());
        if (Chance(0.2)) Start(ListAsync());
        if (Chance(0.03)) Start(CallAsync("retry", HttpMethod.Post, $"/schedules/retry?bucket={Pick(Ill)}"));
        if (Chance(0.03)) Start(CallAsync("state", HttpMethod.Get, "/health/state"));
        if (Chance(0.01)) Start(CallAsync("sweep", HttpMethod.Post, "/sweeps", isFollowed: false));
    }

    private void Start(Task call)
    {
        _calls.RemoveAll(c => c.IsCompletedSuccessfully);
        _calls.Add(call);
    }

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
            var answer = await CallAsync("post", HttpMethod.Post, "/schedules", form.ToContent());
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
        var answer = await CallAsync("cancel", HttpMethod.Delete, Http.Client.PathOf(posted.Key!));
        posted.IsCancelled = answer?.Status == 204;
        posted.MayBeCancelled = posted.IsUncertain = answer?.Status is not (204 or 404 or 409);
    }

    private async Task RescheduleAsync(Posted posted)
    {
        var dueAt = time.GetUtcNow() + 10 * Second;
        var body = new StringContent(
            $"{{\"dueAt\":\"{dueAt.UtcDateTime:O}\"}}", Encoding.UTF8, "application/json");
        var answer = await CallAsync("reschedule", HttpMethod.Patch, Http.Client.PathOf(posted.Key!), body);
        posted.IsUncertain = answer?.Status != 200;
        if (answer?.Status == 200) (posted.Key, posted.DueAt) = (answer.Key, answer.DueAt);
    }

    private async Task ReadAsync()
    {
        var all = _posted.Where(p => p.Key is not null).TakeLast(200).ToArray();
        if (all.Length == 0) return;
        var (posted, isContent) = (Pick(all), Chance(0.6));
        var path = Http.Client.PathOf(posted.Key!);
        if (!isContent) await CallAsync("get", HttpMethod.Get, path);
        else if (await CallAsync("content", HttpMethod.Get, $"{path}/content") is { Status: 200 } content
            && content.Text != posted.Content)
            _faults.Enqueue($"The content of {posted.Key} was read as '{content.Text}'.");
    }

    private Task<Answer?> ListAsync() => CallAsync("list", HttpMethod.Get, "/schedules?"
        + $"status={Pick("pending", "failed", "delivered")}&limit={Pick(1, 100, 1000)}"
        + Pick("", "&bucket=ill-1", "&keyPrefix=n1"));

    private async Task LookAsync()
    {
        var at = time.GetUtcNow();
        var answer = await CallAsync("ready", HttpMethod.Get, "/health/ready", mayBeLiedTo: false);
        _readiness.Enqueue(new(at, answer is { Status: 200 } && answer["status"] == "ready"));
    }

    /// <param name="isFollowed">False: it does the service's own work.</param>
    /// <returns>Null: the answer broke off.</returns>
    private async Task<Answer?> CallAsync(
        string name, HttpMethod method, string path, HttpContent? content = null, bool mayBeLiedTo = true,
        bool isFollowed = true)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (isFollowed)
        {
            CallTrace trace;
            lock (_dice)
                trace = new($"{_dice.Next():x16}{_dice.Next():x16}", $"{name} {path}",
                    mayBeLiedTo && _dice.Chance(0.6), _dice.Chance(0.5));
            liar.Follow(trace);
            request.Headers.TryAddWithoutValidation("traceparent", $"00-{trace.Id}-{trace.Id[..16]}-00");
        }

        try
        {
            var answer = await client.SendAsync(request);
            if (answer.Status == 500) _faults.Enqueue($"{name} {path} was answered 500.");
            return answer;
        }
        catch (Exception e) when (e is HttpRequestException or IOException && name == "content")
        {
            return null;
        }
        catch (Exception e)
        {
            _faults.Enqueue($"{name} {path}: {e}");
            return null;
        }
    }
}
