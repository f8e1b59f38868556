namespace S3Scheduler.Api.Hosting;

/// <summary>Stops the start if the store can't be used. If it can't be reached, the service starts and waits.</summary>
public sealed class StoreCheck(
    StoreProbe probe, SchedulerOptions options, IConfiguration configuration, TimeProvider time,
    ILogger<StoreCheck> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Lambda kills a process whose start takes 10 seconds. The first request does the check again.</summary>
    private static readonly TimeSpan PatienceOnLambda = TimeSpan.FromSeconds(4);

    /// <exception cref="StartupException">The store can't be used.</exception>
    public async Task RunAsync()
    {
        var isLocal = options.Storage == StorageKind.Local;
        using var patience = new CancellationTokenSource(
            configuration.IsOnLambda() ? PatienceOnLambda : Patience, time);
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
            var setting = isLocal ? $"LocalPath '{options.LocalPath}'" : $"Bucket '{options.Bucket}'";
            throw new StartupException(
                $"The store can't be used with Scheduler:{setting} ({fault.Code}): {fault.Message}", fault);
        }
    }
}
