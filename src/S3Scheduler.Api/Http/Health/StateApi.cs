using Microsoft.AspNetCore.Http.HttpResults;
using S3Scheduler.Api.Delivery.Leases;
using S3Scheduler.Api.Delivery.Listing;
using S3Scheduler.Api.Delivery.Pipeline;
using S3Scheduler.Api.Http.Security;

namespace S3Scheduler.Api.Http.Health;

public static class StateApi
{
    private const int MostHeld = 100;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void MapState(this IEndpointRouteBuilder routes) =>
        routes.MapRead("/health/state", Get, "getState", "headState", state => state
            .WithTags("Health")
            .RequireScope(Scopes.Metrics)
            .WithSummary("What this process knows of itself and its store")
            .WithDescription("For an operator who wants to know why deliveries do not go well. It answers 200 while "
                + "the store is out of reach, too."));

    private static async Task<Ok<StateResponse>> Get(
        IObjectStore store, ScheduleFolder folder, LeaseTerms terms, SweepHealth sweeps, Backlog backlog,
        DestinationBackoff backoff, SettledSchedules settled, Spool spool, SchedulerOptions options, TimeProvider time,
        CancellationToken cancellation)
    {
        var (lease, fault) = await LookAsync(store, folder, terms, time, cancellation);
        var (oldest, pending) = backlog.Read() ?? default;
        return TypedResults.Ok(new StateResponse(
            ServiceVersion.Text, new StoreState(store.Place, folder.Bucket, options.Folder, fault),
            ReadClock(store.Clock), lease,
            new SweepState(Seconds(sweeps.SinceLook), Seconds(oldest), pending),
            [.. backoff.Held(MostHeld).Select(h => new HeldResponse(
                h.Destination.Bucket, h.Destination.Key, h.Reason, h.Tries, h.IsWholeBucket, Seconds(h.Pause)))],
            new SpoolState(spool.Used, spool.MaxBytes),
            new ReceiptsState(settled.Unrecorded, settled.Undeleted), sweeps.Problems()));
    }

    // Two small requests, and it shows whether the store can be reached.
    private static async Task<(LeaseInfo? Lease, string? Fault)> LookAsync(
        IObjectStore store, ScheduleFolder folder, LeaseTerms terms, TimeProvider time,
        CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            var page = await store.ListLeasesAsync(folder, folder.LeasePrefix, 1, stop.Token);
            if (folder.ReadLeases(page) is not [var newest, ..]) return (null, null);
            if (await LeaseRecord.ReadAsync(store, folder.Lease(newest.Number), stop.Token) is not { } lease)
                return (null, null);
            var age = Seconds(store.Since(lease.WrittenAt));
            var state = $"{lease.State}".ToLowerInvariant();
            return (new LeaseInfo(lease.Number, state, lease.Owner, lease.Owner == terms.Owner, age), null);
        }
        catch (StoreException fault)
        {
            return (null, fault.Code);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return (null, StoreException.Unreachable);
        }
    }

    private static ClockState ReadClock(ServerClock clock)
    {
        var (earliest, latest) = (clock.Earliest, clock.Latest);
        var isKnown = earliest > DateTimeOffset.MinValue && latest < DateTimeOffset.MaxValue;
        return new ClockState(
            isKnown ? earliest : null, isKnown ? latest : null,
            isKnown ? (long)(latest - earliest).TotalMilliseconds : null, clock.IsInDoubt, clock.Steps);
    }

    private static double? Seconds(TimeSpan? time) => time is { } known ? Seconds(known) : null;

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
