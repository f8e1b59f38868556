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
            Log(fault.Code, fault.Message);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            Log(StoreException.Unreachable, "There is no answer yet.");
        }
        catch (StoreException fault)
        {
            var meaning = isLocal
                ? $"The store can't be used with Scheduler:LocalPath '{options.LocalPath}'"
                : StoreRefusals.Explain(fault.Code, options.Bucket);
            throw new StartupException($"{meaning} ({fault.Code}). {fault.Message}", fault);
        }

        void Log(string code, string fault) =>
            logger.StoreUnreachable(StoreRefusals.Explain(code, options.Bucket), code, fault);
    }
}
