namespace S3Scheduler.Api.Hosting;

/// <summary>Stops the start if the store can't be used. If it can't be reached, the service starts and waits.</summary>
public sealed class StoreCheck(
    StoreProbe probe, SchedulerOptions options, IConfiguration configuration, TimeProvider time,
    ILogger<StoreCheck> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Lambda kills a process whose start takes 10 seconds. The first request does the check again.</summary>
    private static readonly TimeSpan PatienceOnLambda = TimeSpan.FromSeconds(4);

    // Another bucket would not help.
    private static readonly HashSet<string> CodesOfCredentials =
    [
        StoreException.CredentialsNotFound, "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken",
    ];

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
            throw new StartupException($"{Cause(fault.Code)} ({fault.Code}): {fault.Message}", fault);
        }
    }

    private string Cause(string code)
    {
        if (CodesOfCredentials.Contains(code))
            return "The store does not take the service's credentials. Give others: a role, AWS:Profile, or "
                + "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
        var setting = options.Storage == StorageKind.Local
            ? $"LocalPath '{options.LocalPath}'" : $"Bucket '{options.Bucket}'";
        return $"The store can't be used with Scheduler:{setting}";
    }
}
