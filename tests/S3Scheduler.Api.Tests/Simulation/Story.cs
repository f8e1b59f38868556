namespace S3Scheduler.Api.Tests.Simulation;

/// <summary>What became of one schedule, which its schedule-id names.</summary>
public sealed class Story(string id, ScheduleKey key, ServerEvent stored)
{
    public string Id { get; } = id;

    public ScheduleKey Key { get; } = key;

    public ServerEvent Stored { get; } = stored;

    /// <summary>Copies to its destination.</summary>
    public List<ServerEvent> DeliveryPipeline { get; } = [];

    /// <summary>Copies under <c>.failed</c>.</summary>
    public List<ServerEvent> Failures { get; } = [];

    /// <summary>An upload that ends after its due time is delivered late and in no order.</summary>
    public bool WasLate(World world) => world.At(Stored.At) > Key.DueAt;

    /// <summary>It has no schedule-id, so that nothing tells whether it was delivered.</summary>
    public bool IsOfPython => Stored.Call.Kind == CallKind.Upload;

    public override string ToString() => $"{Key} (id {Id[..4]})";
}

/// <summary>The history told by schedule.</summary>
public sealed class Stories
{
    private readonly Dictionary<string, Story> _byId = [];

    public Stories(World world)
    {
        World = world;
        foreach (var e in world.History.Events)
        {
            if (e is { Operation: StoreOperation.Put, Took: true, Id: { } id } && world.Layout.TryRead(e.Key) is { } key) _byId[id] = new Story(id, key, e);
            if (e is { Operation: StoreOperation.Copy, Id: { } copied } && _byId.TryGetValue(copied, out var story))
                (IsDelivery(e) ? story.DeliveryPipeline : story.Failures).Add(e);
        }
    }

    public World World { get; }

    public IEnumerable<Story> All => _byId.Values;

    public IReadOnlyList<ServerEvent> Events => World.History.Events;

    public Story Of(string id) => _byId[id];

    public static bool IsDelivery(ServerEvent e) =>
        e.Operation == StoreOperation.Copy && !e.Target!.StartsWith("scheduler/", StringComparison.Ordinal);
}
