using System.Text.Json;
using S3Scheduler.Api.Storage.Local;
using S3Scheduler.Api.Tests.Http;

namespace S3Scheduler.Api.Tests.Lies.Local;

/// <summary>One run of the whole service on a directory that somebody puts wrong things into.</summary>
internal sealed class VandalRun : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);

    /// <summary>After the last wrong thing, everything that is due must be delivered within this time.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _store = new();
    private readonly TemporaryFolder _machine = new();
    private readonly ManualTime _time = new();
    private readonly List<CallTrace> _calls = [];
    private readonly Dictionary<Posted, DateTimeOffset> _known = [];
    private readonly Dictionary<Posted, DateTimeOffset> _delivered = [];
    private readonly ulong _seed;

    public VandalRun(ulong seed)
    {
        _seed = seed;
        Vandal = new Vandal(_store, _time, seed);
        Log = new LogLines(_time);
    }

    public Vandal Vandal { get; }

    public LogLines Log { get; }

    public Clients Clients { get; private set; } = null!;

    public Traffic Traffic { get; private set; } = null!;

    public DateTimeOffset Start { get; private set; }

    public DateTimeOffset End { get; private set; }

    public IReadOnlyList<CallTrace> Calls { get { lock (_calls) return [.. _calls]; } }

    /// <summary>What waits for its delivery in the end.</summary>
    public IReadOnlyList<JsonElement> Pending { get; private set; } = [];

    public IReadOnlyList<JsonElement> Failed { get; private set; } = [];

    /// <summary>From when on a posted schedule was known to the client; null: it never was.</summary>
    public DateTimeOffset? KnownFrom(Posted posted) => Find(_known, posted);

    /// <summary>When it was seen at its destination; null: never.</summary>
    public DateTimeOffset? DeliveredAt(Posted posted) => Find(_delivered, posted);

    /// <param name="most">How many wrong things are done.</param>
    public async Task RunAsync(int most)
    {
        Vandal.Begin();
        using var end = new CancellationTokenSource();
        var machine = new LocalObjectStore(_machine.Path, TimeProvider.System, new UnsyncedDisk(_machine.Path));
        var machineTime = new MachineTime(_time, () => machine.PutAsync(
            MachineTime.Somewhere, new MemoryStream(), new(), PutCondition.None, CancellationToken.None));
        var passing = Task.Run(() => machineTime.RunAsync(end.Token));
        try
        {
            var store = new LocalObjectStore(_store.Path, _time, new UnsyncedDisk(_store.Path));
            await using var service = new Service(_time, Settings(), store, Log);
            Clients = new Clients(service.Client, Follow, _seed);
            Traffic = new Traffic(Clients, _time, _seed);
            // Code that runs for the first time is slow, and is not what is judged.
            for (var step = 0; step < 50; step++) await StepAsync();
            Start = _time.GetUtcNow();
            for (var step = 0; Vandal.Done < most; step++)
            {
                Vandal.Step();
                if (step % 5 == 0) Clients.Start(AskForPlantedAsync());
                await StepAsync();
            }

            var stopped = _time.GetUtcNow();
            var answered = Clients.EndAsync();
            while ((!answered.IsCompleted || IsAnyAwaited()) && _time.GetUtcNow() < stopped + Longest)
                await LookAsync();
            End = _time.GetUtcNow();
            Pending = await ListAsync(service.Client, "pending");
            Failed = await ListAsync(service.Client, "failed");
        }
        finally
        {
            Vandal.Free();
            await end.CancelAsync();
            await passing;
        }
    }

    public void Dispose()
    {
        Vandal.Dispose();
        _store.Dispose();
        _machine.Dispose();
    }

    private Task StepAsync()
    {
        Traffic.Step();
        return LookAsync();
    }

    private async Task LookAsync()
    {
        await Task.Delay(Step, _time);
        var now = _time.GetUtcNow();
        foreach (var posted in Traffic.Posted.Where(p => p.Key is not null && !_delivered.ContainsKey(p)))
        {
            _known.TryAdd(posted, now);
            var place = _store[$"{posted.Bucket}/{posted.DestinationKey}"];
            if (!Traffic.IsGood(posted.Bucket) || !IsThere(place)) continue;
            _delivered[posted] = now;
            var content = await File.ReadAllTextAsync(place, Core.Cancellation);
            if (content != posted.Content) Clients.AddFault($"{posted.Key} was delivered as '{content}'.");
        }
    }

    // Neither a link nor a pipe.
    private static bool IsThere(string path) => new FileInfo(path) is { Exists: true, LinkTarget: null, Length: > 0 };

    private bool IsAnyAwaited() => Traffic.Posted.Any(p => Traffic.IsGood(p.Bucket)
        && p is { Key: not null, IsCancelled: false } && p.DueAt < _time.GetUtcNow() + TimeSpan.FromMinutes(1)
        && !_delivered.ContainsKey(p));

    private async Task AskForPlantedAsync()
    {
        if (Vandal.Planted is not [.., var key]) return;
        var path = Http.Client.PathOf(key);
        foreach (var asked in new[] { path, $"{path}/content" })
            if (await Clients.CallAsync("planted", HttpMethod.Get, asked) is { Status: not 404 } answer)
                Clients.AddFault($"{asked} is no schedule, and was answered {answer.Status} '{answer.Text}'.");
    }

    private async Task<IReadOnlyList<JsonElement>> ListAsync(Http.Client client, string status)
    {
        try
        {
            var pages = await client.PagesAsync($"status={status}").WaitAsync(Longest, _time);
            return [.. pages.SelectMany(page => page.GetProperty("schedules").EnumerateArray())];
        }
        catch (Exception e) when (e is ShouldAssertException or TimeoutException)
        {
            Clients.AddFault($"In the end, what is {status} can't be listed: {e.Message}");
            return [];
        }
    }

    private void Follow(CallTrace call) { lock (_calls) _calls.Add(call); }

    private static DateTimeOffset? Find(Dictionary<Posted, DateTimeOffset> times, Posted posted) =>
        times.TryGetValue(posted, out var at) ? at : null;

    private Dictionary<string, string> Settings() => new()
    {
        ["Scheduler:LocalPath"] = _store.Path,
        ["Scheduler:LeaseDuration"] = "00:00:05",
    };

    /// <summary>No power cut is tried here, and syncs take most of the time.</summary>
    private sealed class UnsyncedDisk(string root) : LocalDisk(root)
    {
        public override void SyncFile(FileStream file)
        {
        }

        protected override bool SyncFolder(string folder) => true;
    }
}
