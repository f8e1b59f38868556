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
            if (e is not { Took: true, Was: { } was } || !WasPromised(stories, stories.Of(was))) continue;
            if (e.Operation == StoreOperation.Delete && !MayGo(stories, e, i))
                yield return $"{stories.Of(was)} was deleted by #{e.Call.Number} at {e.At.TotalSeconds:F3}, neither delivered nor failed nor stored again";
            // At a destination the newer one overwrites the older.
            if (e.Operation == StoreOperation.Delete || Stories.IsDelivery(e)) continue;
            var at = e.Operation == StoreOperation.Copy ? e.Target!["scheduler/".Length..] : e.Key;
            if (was != e.Id && (stories.World.Layout.IsPending(at) || stories.World.Layout.IsFailed(at))
                && !stories.Of(was).DeliveryPipeline.Exists(d => d.At <= e.At))
                yield return $"{stories.Of(was)} was overwritten at {e.At.TotalSeconds:F3} by {stories.Of(e.Id!)}";
        }
    }

    private static bool MayGo(Stories stories, ServerEvent e, int index)
    {
        var story = stories.Of(e.Was!);
        return e.Call.Kind switch
        {
            CallKind.Cancel => true,
            CallKind.Sweep => story.DeliveryPipeline.Exists(d => d.At <= e.At) || story.Failures.Exists(f => f.At <= e.At),
            // Two calls on one schedule may both succeed: it read another one, which a cancel took before this was posted.
            CallKind.Reschedule when story.Stored.At > e.Call.Began => true,
            _ => stories.Events.Take(index).Any(put =>
                put.Call == e.Call && put.Key != e.Key && put.Operation == StoreOperation.Put && put.Content == story.Stored.Content
                && put.Key.EndsWith(AfterTime(story), StringComparison.Ordinal)),
        };
    }

    // What ended after its due time and was not answered 2xx may be or not.
    private static bool WasPromised(Stories stories, Story story) =>
        !story.WasLate(stories.World) || story.Stored.Call.Answer is { } answer && !answer.StartsWith("fault", StringComparison.Ordinal);

    private static string AfterTime(Story story) => story.Key.ToString()[24..];
}
