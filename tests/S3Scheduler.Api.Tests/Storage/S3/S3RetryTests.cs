namespace S3Scheduler.Api.Tests.Storage.S3;

/// <summary>How many requests one call sends to a server that hangs up again and again.</summary>
public sealed class S3RetryTests
{
    /// <summary>By AWS:MaxErrorRetry, which is 1 here. What must not be repeated is asked once.</summary>
    private const int Tries = 2;

    /// <summary>HttpClient itself asks so often where the request has no body.</summary>
    private const int OfHttpClient = 4;

    [Theory]
    [InlineData("put", Tries)]
    [InlineData("put if absent", 1)]
    [InlineData("head", OfHttpClient)]
    [InlineData("get", Tries * OfHttpClient)]
    [InlineData("get from an offset", Tries * OfHttpClient)]
    [InlineData("list", Tries * OfHttpClient)]
    [InlineData("copy", 1)]
    [InlineData("delete", Tries)]
    [InlineData("delete of a key that XML can't hold", Tries * OfHttpClient)]
    public async Task A_server_that_hangs_up_is_asked_as_often_as_the_settings_say_and_not_many_times_more(
        string name, int most)
    {
        await using var server = new FakeS3(
            request => request.Contains("/first", StringComparison.Ordinal) ? FakeS3.Page() : null);
        foreach (var isUsed in new[] { false, true })
        {
            // Then the call finds a connection that was used before.
            if (isUsed) await server.Store.ListAsync("first", "", "", 1, TestContext.Current.CancellationToken);
            var before = server.Requests.Count;

            await Should.ThrowAsync<StoreException>(S3Calls.All(server.Store).Single(call => call.Name == name).Make);

            (server.Requests.Count - before).ShouldBeInRange(1, most);
        }
    }
}
