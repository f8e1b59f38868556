using S3Scheduler.Api.Storage;
using S3Scheduler.Api.Telemetry;

namespace S3Scheduler.Api.Hosting;

/// <summary>Stops the start on a store that can't be used. On one that can't be reached the service starts, and waits for it.</summary>
public sealed class StoreCheck(StoreProbe probe, SchedulerOptions options, TimeProvider time, ILogger<StoreCheck> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <exception cref="InvalidOperationException">The store can't be used; the message says what to do.</exception>
    public async Task RunAsync()
    {
        var isLocal = options.Storage == StorageKind.Local;
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            await probe.EnsureAsync(patience.Token);
        }
        catch (StoreException fault) when (fault.IsTransient && !isLocal)
        {
            logger.StoreUnreachable(fault.Code, fault.Message);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            logger.StoreUnreachable(StoreException.Unreachable, "no answer yet");
        }
        catch (StoreException fault)
        {
            var setting = isLocal ? $"Scheduler:LocalPath '{options.LocalPath}'" : $"Scheduler:Bucket '{options.Bucket}'";
            throw new InvalidOperationException($"The store can't be used with {setting} ({fault.Code}): {fault.Message}", fault);
        }
    }
}
