namespace S3Scheduler.Api.Tests.Storage;

public abstract partial class ObjectStoreConformance
{
    [Theory]
    [InlineData("put")]
    [InlineData("put not stored")]
    [InlineData("head of nothing")]
    [InlineData("get of nothing")]
    [InlineData("list of nothing")]
    [InlineData("copy of nothing")]
    [InlineData("delete of nothing")]
    public async Task Every_response_updates_the_clock(string call)
    {
        if (call == "put not stored") await PutAsync("there");
        Store = await StoreAsync();

        // One response alone is not believed.
        for (var times = 0; times < 3; times++) await CallAsync();

        Store.Clock.Earliest.ShouldBeGreaterThan(DateTimeOffset.MinValue);
        Store.Clock.Earliest.ShouldBeLessThanOrEqualTo(Store.Clock.Latest);
        // Server and client run on one machine here, or have synchronized clocks.
        (Store.Clock.Latest - Store.Clock.Earliest).ShouldBeLessThan(TimeSpan.FromSeconds(30));

        Task CallAsync() => call switch
        {
            "put" => PutAsync("content"),
            "put not stored" => PutAsync("there", condition: PutCondition.IfAbsent),
            "head of nothing" => Store.HeadAsync(At("missing"), Cancellation),
            "get of nothing" => Store.GetAsync(At("missing"), Cancellation),
            "list of nothing" => ListAsync("missing"),
            "copy of nothing" => CopyAsync("missing", "target"),
            _ => DeleteAsync("missing"),
        };
    }

    [Fact]
    public async Task The_time_of_a_response_is_within_the_clocks_bounds()
    {
        ServerTime[] times =
            [(await PutAsync("content")).Time, (await ListAsync()).Time, (await DeleteAsync("content")).Time];

        foreach (var time in times)
        {
            time.RoundTrip.ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
            time.Date.ShouldBeLessThanOrEqualTo(Store.Clock.Latest);
            time.Date.ShouldBeGreaterThan(Store.Clock.Earliest - TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public async Task LastModified_is_the_time_of_the_put()
    {
        for (var times = 0; times < 3; times++) await ListAsync();
        var before = Store.Clock.Earliest;

        await PutAsync("content");

        // Some servers round it down to the second.
        var modified = (await HeadAsync("content")).LastModified;
        modified.Offset.ShouldBe(TimeSpan.Zero);
        modified.ShouldBeInRange(before - TimeSpan.FromSeconds(1), Store.Clock.Latest);
        (await ListAsync()).Objects.Single().LastModified
            .ShouldBeInRange(before - TimeSpan.FromSeconds(1), Store.Clock.Latest);
    }
}
