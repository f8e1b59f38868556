using S3Scheduler.Api.Tests.Support;

namespace S3Scheduler.Api.Tests.Simulation.Invariants;

/// <summary>
/// An object leaves the folder only after it was delivered, failed or stored again, or because a client said so; and
/// none is overwritten.
/// </summary>
public static class NothingIsLost
{
    public static IEnumerable<string> Violations(Stories stories)
    {
        for (var i = 0; i < stories.Events.Count; i++)
        {
            var e = stories.Events[i];
            if (e is not { Took: true, Was: { } was }) continue;
            if (e.Operation == StoreOperation.Delete && !MayGo(stories, e, i))
                yield return $"{stories.Of(was)} was deleted by #{e.Call.Number} at {e.At.TotalSeconds:F3}, neither delivered nor failed nor stored again";
            // At a destination the newer one overwrites the older.
            if (e.Operation == StoreOperation.Delete || Stories.IsDelivery(e)) continue;
            var at = e.Operation == StoreOperation.Copy ? e.Target!["scheduler/".Length..] : e.Key;
            if (was != e.Id && (stories.World.Layout.IsPending(at) || stories.World.Layout.IsFailed(at))
                && !stories.Of(was).Deliveries.Exists(d => d.At <= e.At))
                yield return $"{stories.Of(was)} was overwritten at {e.At.TotalSeconds:F3} by {stories.Of(e.Id!)}";
        }
    }

    private static bool MayGo(Stories stories, ServerEvent e, int index)
    {
        var story = stories.Of(e.Was!);
        return e.Call.Kind switch
        {
            CallKind.Cancel => true,
            // By its key too: a failed schedule may be deleted where it failed, but not where it is still pending.
            CallKind.Sweep => story.Deliveries.Exists(d => d.At <= e.At) || story.Failures.Exists(f => f.At <= e.At),
            _ => stories.Events.Take(index).Any(put =>
                put.Call == e.Call && put.Operation == StoreOperation.Put && put.Content == story.Stored.Content
                && put.Key.EndsWith(AfterTime(story), StringComparison.Ordinal)),
        };
    }

    private static string AfterTime(Story story) => story.Key.ToString()[24..];
}
