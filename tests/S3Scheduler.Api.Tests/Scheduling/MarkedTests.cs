using S3Scheduler.Api.Tests.Delivery;

namespace S3Scheduler.Api.Tests.Scheduling;

/// <summary>
/// Tests with failed schedules whose content could not be moved: it is where it was, and a mark says so.
/// </summary>
public abstract class MarkedTests : CoreTests
{
    private protected static readonly ScheduleQuery Failed = new(ScheduleStatus.Failed, null, null, null, null, 100);
    private protected static readonly ScheduleQuery Pending = Failed with { Status = ScheduleStatus.Pending };

    public override async ValueTask InitializeAsync() => await _core.StartedAsync();

    private protected async Task<ScheduleKey> MarkAsync(
        ScheduleKey key, string content = "content", string? id = "x", ObjectAddress? source = null)
    {
        var place = source ?? _core.Folder.Pending(key);
        _core.Store.Seed(place, content, id is null ? null : Core.WithId(id));
        var info = await _core.Store.HeadAsync(place, Core.Cancellation);
        var mark = FailureMark.Of(place, info!, "NoSuchBucket");
        await mark.WriteAsync(_core.Store, _core.Folder.FailedMark(key), Core.Cancellation);
        return key;
    }

    private protected Task<SchedulePage> ListAsync(ScheduleQuery query) =>
        _core.List.ReadAsync(query, Core.Cancellation);
}
