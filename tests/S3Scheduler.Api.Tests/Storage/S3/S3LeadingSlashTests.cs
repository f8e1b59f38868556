using Microsoft.Extensions.Logging.Abstractions;

namespace S3Scheduler.Api.Tests.Storage.S3;

public sealed class S3LeadingSlashTests(S3Server server)
{
    [Theory]
    [InlineData("/a~b")]
    [InlineData("/a b+c")]
    [InlineData("/a/é")]
    [InlineData("/é~25+|x")]
    [InlineData("/py/.failed/a")]
    [InlineData("/d~~950 é~25+")]
    [InlineData("/a%20b")]
    [InlineData("/a!*'();:@&=$,?#[]b")]
    [InlineData("/日本語😀")]
    public async Task A_key_that_starts_with_a_slash_is_asked_for_as_it_is_whatever_follows(string key)
    {
        using var store = new S3ObjectStore(
            server.Configuration, TimeProvider.System, NullLogger<S3ObjectStore>.Instance);
        var cancellation = TestContext.Current.CancellationToken;
        var target = new ObjectAddress(await server.EmptyBucketAsync(), key);
        (await store.HeadAsync(target, cancellation)).ShouldBeNull();
        await store.PutAsync(target, new MemoryStream([1]), new(), PutCondition.IfAbsent, cancellation);
        (await store.HeadAsync(target, cancellation)).ShouldNotBeNull();
    }
}
