namespace S3Scheduler.Api.Tests.Lies;

/// <summary>
/// Moves the time of a run: one step for each request that this machine has carried out, by the same SDK, socket, disk
/// and threads as the service's own. So a request of the service takes about one step, however busy the machine is.
/// </summary>
/// <param name="ask">Makes a request.</param>
internal sealed class MachineTime(ManualTime time, Func<Task> ask)
{
    public static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(10);

    /// <summary>Where one thread waits for a processor, time must not rush ahead on another one.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(2);

    public static readonly ObjectAddress Somewhere = new("machine", "time");

    public TimeSpan Step { get; set; } = Usual;

    public async Task RunAsync(CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            await Task.WhenAll(ask(), Task.Delay(Least, TimeProvider.System, CancellationToken.None));
            time.Advance(Step);
        }
    }
}
