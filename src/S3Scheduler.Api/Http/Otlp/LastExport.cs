namespace S3Scheduler.Api.Http.Otlp;

/// <summary>Sends what has come together since the last export, when the service stops.</summary>
/// <param name="flush">Takes the longest time that it may take, in milliseconds.</param>
internal sealed class LastExport(Func<int, bool> flush) : IHostedLifecycleService
{
    private const int Milliseconds = 5000;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        flush(Milliseconds);
        return Task.CompletedTask;
    }
}
