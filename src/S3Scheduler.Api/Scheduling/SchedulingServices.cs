using Microsoft.Extensions.Options;
using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Scheduling;

public static class SchedulingServices
{
    /// <summary>Adds the core; the caller adds an <see cref="IObjectStore"/>, a <see cref="TimeProvider"/> and, where nothing else calls for sweeps, the <see cref="SweepWorker"/>.</summary>
    public static IServiceCollection AddScheduling(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<SchedulerOptions>, SchedulerOptionsValidator>();
        services.AddSingleton<IValidateOptions<SchedulerOptions>, UnknownSettings>();
        services.AddOptions<SchedulerOptions>().BindConfiguration(SchedulerOptions.Section);
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<SchedulerOptions>>().Value);

        services.AddSingleton<ScheduleFolder>();
        services.AddSingleton<SweepAlarm>();
#pragma warning disable RS0030 // This is where randomness is passed in from.
        services.AddSingleton(Random.Shared);
#pragma warning restore RS0030
        services.AddSingleton<StoreProbe>();
        services.AddSingleton<Scheduler>();
        services.AddSingleton<Uploads>();
        services.AddSingleton<ScheduleList>();
        services.AddSingleton<FailedSchedules>();
        services.AddSingleton<LeaseTerms>();
        services.AddSingleton<SweepLeases>();
        services.AddSingleton<DestinationBackoff>();
        services.AddSingleton<Delivery>();
        services.AddSingleton<PythonSchedules>();
        services.AddSingleton<Sweep>();
        services.AddSingleton<LongSweep>();
        services.AddSingleton<StoreCheck>();
        return services;
    }
}
