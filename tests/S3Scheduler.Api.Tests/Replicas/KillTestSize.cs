namespace S3Scheduler.Api.Tests.Replicas;

/// <param name="Posting">How long clients go on posting.</param>
/// <param name="Kills">Of both processes together.</param>
internal sealed record KillTestSize(int Schedules, int Kills, TimeSpan Posting)
{
    public static KillTestSize Short { get; } = new(300, 10, TimeSpan.FromSeconds(20));

    public static KillTestSize Long { get; } = new(2000, 60, TimeSpan.FromMinutes(4));
}
