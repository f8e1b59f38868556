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
    [InlineData("2031-06-30T23:59:60Z", "2031-07-01T00:00:00.000Z")]
    [InlineData("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z")]
    public async Task A_due_time_may_have_an_offset_and_is_never_rounded_down(string dueAt, string expected)
    {
        var posted = await fixture.Local.Client.PostAsync(Form.To("reports", dueAt).DueAt(dueAt));
        posted.Status.ShouldBe(201, posted.Text);
        posted["dueAt"].ShouldBe(expected);
        posted.Key.ShouldBe($"{expected}|reports|{dueAt}");
    }

    [Theory]
    [InlineData("PT10M", 600), InlineData("P1DT2H3M4S", 93_784), InlineData("P2W", 1_209_600)]
    [InlineData("PT0.5S", 0.5), InlineData("PT36H", 129_600)]
    public async Task A_delay_counts_from_the_time_of_the_store(string delay, double seconds)
    {
        var posted = await fixture.Local.Client.PostAsync(Form.To("reports", delay).With("delay", delay));
        var wait = posted.DueAt - fixture.Local.Now;
        // The local store's clock is that of the machine, to the millisecond. That of S3 has whole seconds.
        wait.ShouldBeInRange(TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds + 0.1));
    }
}
