namespace S3Scheduler.Api.Tests.Http;

public abstract partial class ScheduleApi
{
    [Fact]
    public async Task A_cancelled_schedule_is_gone()
    {
        var client = (await fixture.StartAsync()).Client;
        var posted = await client.PostAsync(Pending("cancelled.txt"));

        var cancelled = await client.DeleteAsync(posted.Location);
        cancelled.Status.ShouldBe(204, cancelled.Text);
        cancelled.Body.ShouldBeEmpty();

        (await client.DeleteAsync(posted.Location)).ShouldBeProblem(404).ShouldContain(posted.Key);
        (await client.GetAsync(posted.Location)).ShouldBeProblem(404);
        (await client.GetAsync($"{posted.Location}/content")).ShouldBeProblem(404);
    }

    [Fact]
    public async Task What_is_due_already_can_not_be_cancelled_and_is_delivered()
    {
        var client = (await fixture.StartAsync()).Client;
        var posted = await client.PostAsync(Form.To(fixture.Bucket, "too-late.txt").With("delay", "PT0S"));

        (await client.DeleteAsync(posted.Location)).ShouldBeProblem(409).ShouldContain("not cancelled");

        await DeliverAsync(posted);
        (await ArrivedAsync("too-late.txt")).Content.ShouldBe("hello"u8.ToArray());
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("2030-01-01T00:00:00.000Z|reports|not-there")]
    [InlineData("2030-01-01T00:00:00.000Z|reports")]
    [InlineData("2030-01-01T00:00:00Z|reports|a")]
    [InlineData("2030-13-01T00:00:00.000Z|reports|a")]
    [InlineData("2030-01-01T00:00:00.000Z|R|a")]
    [InlineData("2030-01-01T00:00:00.000Z|reports|a/b")]
    [InlineData("2030-01-01T00:00:00.000Z|reports|~2f")]
    [InlineData("2030-01-01T00:00:00.000Z|reports|~FF")]
    [InlineData("2030-01-01T00:00:00.000Z|reports|a|b")]
    [InlineData("|||")]
    [InlineData(".probe")]
    [InlineData("%")]
    [InlineData("~")]
    public async Task No_schedule_has_another_key(string key)
    {
        var client = (await fixture.StartAsync()).Client;
        var path = Client.PathOf(key);

        (await client.GetAsync(path)).ShouldBeProblem(404).ShouldContain("There is no schedule");
        (await client.GetAsync($"{path}/content")).ShouldBeProblem(404);
        (await client.DeleteAsync(path)).ShouldBeProblem(404);
    }
}
