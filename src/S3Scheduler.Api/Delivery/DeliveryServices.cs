using S3Scheduler.Api.Delivery.Leases;
using S3Scheduler.Api.Delivery.Listing;
using S3Scheduler.Api.Delivery.Pipeline;
using S3Scheduler.Api.Delivery.Receipts;

namespace S3Scheduler.Api.Delivery;

public static class DeliveryServices
{
    /// <summary>
    /// Adds sweeps. The caller adds the store, <see cref="SchedulerMetrics"/>, <see cref="SchedulerTraces"/>, a
    /// <see cref="TimeProvider"/> and a <see cref="Random"/>, and the <see cref="SweepWorker"/> where nothing else
    /// calls for sweeps.
    /// </summary>
    public static IServiceCollection AddDelivery(this IServiceCollection services) => services
        .AddSingleton<SweepAlarm>()
        .AddSingleton<LateArrivals>()
        .AddSingleton<LeaseTerms>()
        .AddSingleton<SweepLeases>()
        .AddSingleton<DestinationBackoff>()
        .AddSingleton<SettledSchedules>()
        .AddSingleton<Deliverer>()
        .AddSingleton<ReceiptWriter>()
        .AddSingleton<OldReceipts>()
        .AddSingleton<BatchDelete>()
        .AddSingleton<PythonSchedules>()
        .AddSingleton<SweepHealth>()
        .AddSingleton<Backlog>()
        .AddSingleton<SweepSummary>()
        .AddSingleton<Sweep>()
        .AddSingleton<SweepLoop>();
}
