using Microsoft.Extensions.Options;

namespace S3Scheduler.Api.Hosting;

public static class HostingServices
{
    /// <summary>Adds the settings and what depends on them. The caller adds an <see cref="IObjectStore"/>.</summary>
    public static IServiceCollection AddSchedulerOptions(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<SchedulerOptions>, SchedulerOptionsValidator>();
        services.AddSingleton<IValidateOptions<SchedulerOptions>, UnknownSettings>();
        services.AddOptions<SchedulerOptions>().BindConfiguration(SchedulerOptions.Section);
        services.AddSingleton(Read);
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<SchedulerOptions>();
            var destinations = new AllowedDestinations(options.Destinations);
            return new ScheduleFolder(
                options.Bucket, options.Folder, destinations, provider.GetRequiredService<SegmentLimit>());
        });
        services.AddSingleton<SegmentLimit>();
        services.AddSingleton(provider =>
            new Spool(maxBytes: provider.GetRequiredService<SchedulerOptions>().MaxSpoolBytes));
        services.AddSingleton(provider =>
        {
            var store = provider.GetRequiredService<IObjectStore>();
            var marker = provider.GetRequiredService<ScheduleFolder>().Marker;
            var trial = new StoreTrial(
                store, marker, provider.GetRequiredService<Random>(), provider.GetRequiredService<SegmentLimit>());
            return new StoreProbe(store, marker, trial);
        });
        return services.AddSingleton<StartLine>().AddSingleton<StoreCheck>().AddSingleton<SpoolCheck>();
    }

    private static SchedulerOptions Read(IServiceProvider provider)
    {
        try
        {
            return provider.GetRequiredService<IOptions<SchedulerOptions>>().Value;
        }
        catch (InvalidOperationException e)
        {
            // A value of another type. The message names its key.
            throw new StartupException(e.Message, e);
        }
    }
}
