namespace S3Scheduler.Api.Tests.Http;

public sealed class CancelTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly LocalService _local = new();

    public void Dispose() => _local.Dispose();

    [Fact]
    public async Task A_cancelled_schedule_is_never_delivered()
    {
        var cancelled = await _local.Client.PostAsync(Form.To("reports", "cancelled").DueAt(_local.Now + Hour));
        await _local.Client.PostAsync(Form.To("reports", "kept").DueAt(_local.Now + Hour));
        (await _local.Client.DeleteAsync(cancelled.Location)).Status.ShouldBe(204);

        (await _local.SweepAfterAsync(2 * Hour)).Json.GetProperty("delivered").GetInt32().ShouldBe(1);
        _local.Delivered("reports", "cancelled").ShouldBeNull();
        _local.Delivered("reports", "kept").ShouldNotBeNull();
    }

    [Fact]
    public async Task Within_two_seconds_of_its_due_time_a_schedule_is_delivered_and_not_cancelled()
    {
        var posted = await _local.Client.PostAsync(Form.To("reports", "a").DueAt(_local.Now + Hour));
        _local.Time.Advance(Hour - TimeSpan.FromSeconds(2));
        (await _local.Client.DeleteAsync(posted.Location)).ShouldBeProblem(409).ShouldContain("less than 2 s from now");

        _local.Time.Advance(Hour);
        (await _local.Client.DeleteAsync(posted.Location)).ShouldBeProblem(409);
        (await _local.SweepAfterAsync(Hour)).Json.GetProperty("delivered").GetInt32().ShouldBe(1);
        _local.Delivered("reports", "a").ShouldBe("hello"u8.ToArray());
        (await _local.Client.DeleteAsync(posted.Location)).ShouldBeProblem(404);
    }
}
