namespace S3Scheduler.Api.Scheduling.Many;

public static class ManyServices
{
    /// <summary>Adds what clients ask for of many schedules at once. It needs what AddScheduling adds.</summary>
    public static IServiceCollection AddSchedulingOfMany(this IServiceCollection services) => services
        .AddSingleton<ScheduleSummaries>()
        .AddSingleton<Cancellations>()
        .AddSingleton<Reschedules>();
}
