namespace S3Scheduler.Api.Hosting;

/// <summary>
/// Stops the start if content can't wait in the folder for temporary files. If the disk is only full, the service
/// starts: what is scheduled must be delivered all the same.
/// </summary>
public sealed class SpoolCheck(Spool spool, ILogger<SpoolCheck> logger)
{
    /// <exception cref="StartupException">The folder can't be used.</exception>
    public async Task RunAsync()
    {
        if (!await spool.TryAsync(CancellationToken.None)) logger.SpoolFull();
    }
}
