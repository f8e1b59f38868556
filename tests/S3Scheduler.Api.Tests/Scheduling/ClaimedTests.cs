using S3Scheduler.Api.Tests.Delivery;

namespace S3Scheduler.Api.Tests.Scheduling;

/// <summary>Tests of two processes that retry or reschedule the same schedule.</summary>
public abstract class ClaimedTests() : CoreTests(new(concurrency: Concurrency))
{
    private protected const int Concurrency = 8;

    public override async ValueTask InitializeAsync()
    {
        await _core.StartedAsync();
        await Other.StartedAsync();
    }

    private protected static bool IsPutOfSchedule(StoreRequest request) => request.IsPutOf("|reports|");

    private protected ScheduleKey Fail(ScheduleKey key)
    {
        _core.Store.Seed(_core.Folder.Failed(key, "NoSuchBucket"), "content", Core.WithId("0"));
        return key;
    }

    private protected List<string> Claims() => [.. _core.Store.Keys(Core.Bucket)
        .Where(k => k.StartsWith(_core.Folder.ClaimsPrefix, StringComparison.Ordinal))];

    private protected static Task<RetryResult> RetryAsync(Core core, ScheduleKey key) =>
        core.Retries.RetryAsync(key, Core.Cancellation);

    private protected static Task<RetriedPage> RetryAllAsync(Core core) =>
        core.Retries.RetryAllAsync(ScheduleQuery.OfFailed(null, null), Core.Cancellation);

    private protected static Task<RescheduleResult> RescheduleAsync(Core core, ScheduleKey key, DateTimeOffset dueAt) =>
        core.Scheduler.RescheduleAsync(key, dueAt, Core.Cancellation);
}
