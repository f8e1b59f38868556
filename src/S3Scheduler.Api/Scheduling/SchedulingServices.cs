namespace S3Scheduler.Api.Scheduling;

public static class SchedulingServices
{
    /// <summary>Adds what clients ask for. It needs what AddDelivery adds.</summary>
    public static IServiceCollection AddScheduling(this IServiceCollection services) => services
        .AddSingleton<Scheduler>()
        .AddSingleton<Staging>()
        .AddSingleton<PresignedUploads>()
        .AddSingleton<ScheduleEntries>()
        .AddSingleton<ScheduleList>()
        .AddSingleton<DeliveredSchedules>()
        .AddSingleton<FailedSchedules>()
        .AddSingleton<Claims>()
        .AddSingleton<TimelyDelete>()
        .AddSingleton<Retries>();
}
