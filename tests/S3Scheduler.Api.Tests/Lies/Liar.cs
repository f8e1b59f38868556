using System.Collections.Concurrent;
using S3Scheduler.Api.Tests.Simulation;

namespace S3Scheduler.Api.Tests.Lies;

/// <summary>
/// Decides which requests are lied to. Buckets of destinations that are ill lie again and again. The bucket of the
/// schedules lies during storms, and at any time to some of the clients' calls. The rest is healthy.
/// </summary>
internal sealed class Liar(ulong seed, MemoryS3 truth, TimeProvider time)
{
    public const string Schedules = "scheduler";
    public const string Ill = "ill-";

    private readonly ConcurrentDictionary<string, int> _asked = [];
    private readonly ConcurrentDictionary<string, int> _told = [];
    private readonly ConcurrentDictionary<string, CallTrace> _calls = [];
    private readonly Lock _lock = new();
    private readonly List<Storm> _storms = [];

    private IEnumerator<Storm>? _next; // null: no lies are told
    private int _lies;

    public void Begin() =>
        _next = Storm.All(time.GetUtcNow(), new Dice(Dice.Seed(seed, "storms"))).GetEnumerator();

    /// <summary>From now on, all is the truth.</summary>
    public void End() => _next = null;

    public int Lies => _lies;

    /// <summary>How often each lie was told.</summary>
    public IReadOnlyDictionary<string, int> Told => _told;

    public IReadOnlyList<Storm> Storms { get { lock (_lock) return [.. _storms]; } }

    public IReadOnlyCollection<CallTrace> Calls => [.. _calls.Values];

    /// <summary>The LISTs that the service made for its own work: when, and after which key.</summary>
    public ConcurrentQueue<(DateTimeOffset At, string After)> OwnLists { get; } = [];

    /// <summary>Follows what the service asks for on behalf of a client's call.</summary>
    public void Follow(CallTrace call) => _calls[call.Id] = call;

    public Sent Answer(S3Message request)
    {
        var call = _calls.GetValueOrDefault(request.Trace);
        call?.Count();
        if (call is null && request is { Operation: S3Operation.List, Bucket: Schedules })
            OwnLists.Enqueue((time.GetUtcNow(), request.Query.GetValueOrDefault("start-after", "")));
        var number = _asked.AddOrUpdate($"{request.Operation} {request.Bucket}/{request.Key}", 1, (_, n) => n + 1);
        var dice = new Dice(Dice.Seed(seed, $"{request.Operation} {request.Bucket}/{request.Key} {number}"));
        if (_next is not { } storms || Choose(request, call, storms, dice) is not { } lie)
            return new(truth.Answer(request).ToBytes());
        Interlocked.Increment(ref _lies);
        call?.Heard.Add(lie.Name);
        _told.AddOrUpdate(lie.Name, 1, (_, n) => n + 1);
        return lie.Answer(truth, request, dice);
    }

    private Lie? Choose(S3Message request, CallTrace? call, IEnumerator<Storm> storms, Dice dice)
    {
        var now = time.GetUtcNow();
        if (request.Bucket.StartsWith(Ill, StringComparison.Ordinal))
            return dice.Chance(0.7) ? Pick(request, null, dice) : null;
        if (request.Bucket != Schedules) return null;
        if (StormAt(now, storms) is { } storm && storm.Covers(request, now) && dice.Chance(storm.Share))
            return Pick(request, storm.Lie, dice);
        if (call is not { IsLiedTo: true }) return null;
        // Half of these calls hear the same lie whenever they ask for the same thing.
        return call.IsStubborn ? Pick(request, null, new Dice(Dice.Seed(seed, $"{call.Id} {request.Operation}")))
            : dice.Chance(0.6) ? Pick(request, null, dice) : null;
    }

    private static Lie Pick(S3Message request, string? name, Dice dice)
    {
        var suits = AllLies.All.Where(lie => lie.Suits(request)).ToList();
        return suits.Find(lie => lie.Name == name) ?? suits[dice.Below(suits.Count)];
    }

    private Storm? StormAt(DateTimeOffset now, IEnumerator<Storm> storms)
    {
        lock (_lock)
        {
            while (_storms.Count == 0 || _storms[^1].To <= now)
            {
                storms.MoveNext();
                _storms.Add(storms.Current);
            }

            return _storms[^1];
        }
    }
}
