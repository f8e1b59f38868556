namespace S3Scheduler.Api.Http.Security;

/// <summary>Logs who changed which schedule. Who created one stands in its metadata, so that is for Debug.</summary>
public sealed class Audit(ILogger<Audit> logger)
{
    private const string Anonymous = "anonymous";

    public void Scheduled(ScheduleKey key, Caller by) => logger.ScheduleCreated(key, by.Name ?? Anonymous);

    public void Cancelled(ScheduleKey key, Caller by) => logger.ScheduleCancelled(key, by.Name ?? Anonymous);

    public void Rescheduled(ScheduleKey key, ScheduleKey now, Caller by) =>
        logger.ScheduleRescheduled(key, now, by.Name ?? Anonymous);

    public void Retried(ScheduleKey key, ScheduleKey now, Caller by) =>
        logger.ScheduleRetried(key, now, by.Name ?? Anonymous);

    public void Retried(int count, string? bucket, Caller by) =>
        logger.SchedulesRetried(count, bucket ?? "any bucket", by.Name ?? Anonymous);
}
