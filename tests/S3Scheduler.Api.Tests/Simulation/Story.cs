namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>What happened to the schedule with one schedule-id.</summary>
public sealed record Story(string Id, ScheduleKey Key, ServerEvent Stored)
{
    public List<ServerEvent> Deliveries { get; } = []; // the copies to its destination
    public List<ServerEvent> Failures { get; } = []; // the copies to .failed
    public List<ServerEvent> Marks { get; } = []; // the marks that say it has failed where it is

    /// <summary>Whether it was stored after its due time. Then it is delivered late and in no order.</summary>
    public bool WasLate(World world) => world.At(Stored.At) > Key.DueAt;

    /// <summary>Whether it was delivered too early because the server's clock was wrong.</summary>
    public bool WasEarly(World world) => Deliveries.Exists(d => world.At(d.At) < Key.DueAt);

    /// <summary>Whether it has no schedule-id, so that the service can't see if it was delivered.</summary>
    public bool HasNoId => Stored.Call.Kind == CallKind.Upload;

    public override string ToString() => $"{Key} (id {Id[..4]})";
}

/// <summary>The history, schedule by schedule.</summary>
public sealed class Stories
{
    private readonly Dictionary<string, Story> _byId = [];

    public Stories(World world)
    {
        World = world;
        foreach (var e in world.History.Events)
        {
            var isStored = e is { Operation: StoreOperation.Put, Changed: true };
            if (isStored && e.Id is { } id && world.Layout.TryRead(e.Key) is { } key) _byId[id] = new Story(id, key, e);
            if (isStored && world.Layout.IsMark(e.Key)) MarkedBy(e)?.Marks.Add(e);
            if (e is { Operation: StoreOperation.Copy, Id: { } copied } && _byId.TryGetValue(copied, out var story))
                (IsDelivery(e) ? story.Deliveries : story.Failures).Add(e);
        }
    }

    public World World { get; }
    public IEnumerable<Story> All => _byId.Values;
    public IReadOnlyList<ServerEvent> Events => World.History.Events;

    public Story Of(string id) => _byId[id];

    // Without an id, the mark names the object: the last one that was stored under its key.
    private Story? MarkedBy(ServerEvent put)
    {
        var mark = Layout.ReadMark(put.Content!);
        return mark.ScheduleId is { } id ? _byId[id] : _byId.Values.LastOrDefault(s => s.Stored.Key == mark.ObjectKey);
    }

    public static bool IsDelivery(ServerEvent e) =>
        e.Operation == StoreOperation.Copy && !e.Target!.StartsWith("scheduler/", StringComparison.Ordinal);
}
