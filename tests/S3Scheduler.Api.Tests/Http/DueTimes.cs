namespace S3Scheduler.Api.Tests.Http;

public sealed class DueTimes(LocalApi fixture) : IClassFixture<LocalApi>
{
    [Theory]
    [InlineData("2030-01-01T00:00:00Z", "2030-01-01T00:00:00.000Z")]
    [InlineData("2030-01-01t00:00:00z", "2030-01-01T00:00:00.000Z")]
    [InlineData("2030-01-01T00:00:00", "2030-01-01T00:00:00.000Z")]
    [InlineData("2030-01-01T00:00", "2030-01-01T00:00:00.000Z")]
    [InlineData("2030-01-01 00:00:00", "2030-01-01T00:00:00.000Z")]
    [InlineData("2030-01-01T00:00:00+01:00", "2029-12-31T23:00:00.000Z")]
    [InlineData("2030-01-01T00:00:00-09:30", "2030-01-01T09:30:00.000Z")]
    [InlineData("2030-01-01T00:00:00.1Z", "2030-01-01T00:00:00.100Z")]
    [InlineData("2030-01-01T00:00:00.0001Z", "2030-01-01T00:00:00.001Z")]
    [InlineData("2030-01-01T00:00:00.000000001+01:00", "2029-12-31T23:00:00.001Z")]
    [InlineData("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z")]
    public async Task A_due_time_has_any_offset_or_none_and_is_never_rounded_down(string dueAt, string expected)
    {
        var posted = await fixture.Local.Client.PostAsync(Form.To("reports", dueAt).DueAt(dueAt));
        posted.Status.ShouldBe(201, posted.Text);
        posted.Json.GetProperty("dueAt").GetString().ShouldBe(expected);
        posted.Key.ShouldBe($"{expected}|reports|{dueAt}");
    }

    [Theory]
    [InlineData("PT10M", 600)]
    [InlineData("P1DT2H3M4S", 93_784)]
    [InlineData("P2W", 1_209_600)]
    [InlineData("PT0.5S", 0.5)]
    [InlineData("PT36H", 129_600)]
    public async Task A_delay_counts_from_the_present_of_the_store(string delay, double seconds)
    {
        var posted = await fixture.Local.Client.PostAsync(Form.To("reports", delay).With("delay", delay));
        var wait = posted.Json.GetProperty("dueAt").GetDateTimeOffset() - fixture.Local.Now;
        // The store tells whole seconds of its time: a second may have passed since.
        wait.ShouldBeInRange(TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds + 1.1));
    }
}
