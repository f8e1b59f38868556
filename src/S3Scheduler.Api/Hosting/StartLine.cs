namespace S3Scheduler.Api.Hosting;

/// <summary>
/// The first line of the log: what runs here, and with which bucket. A start that a setting stops has one line only,
/// which says what is wrong.
/// </summary>
public sealed class StartLine(
    IObjectStore store, SchedulerOptions options, IConfiguration configuration, ILogger<StartLine> logger)
{
    public void Write() => logger.Started(
        ServiceVersion.Text, options.Folder, options.Bucket, options.Storage.ToString(), store.Place,
        configuration.IsOnLambda() ? "when POST /sweeps is called" : "by itself");
}
