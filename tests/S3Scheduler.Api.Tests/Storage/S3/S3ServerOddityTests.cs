using Amazon.S3.Model;
using Microsoft.Extensions.Logging.Abstractions;
using S3Scheduler.Api.Tests.Replicas;

namespace S3Scheduler.Api.Tests.Storage.S3;

/// <summary>Cases that failed on a real server once.</summary>
public sealed class S3ServerOddityTests(S3Server server) : IDisposable
{
    private readonly S3ObjectStore _store = new(
        server.Configuration, TimeProvider.System, NullLogger<S3ObjectStore>.Instance);

    [Theory]
    [InlineData("bell\a")]
    [InlineData("tab\t")]
    [InlineData("line\nfeed\r\n")]
    [InlineData("\u007f\u0085\u009f")]
    [InlineData("right\u202eto\u200eleft")]
    [InlineData("\ufffe\uffff")]
    [InlineData("/\u0001/../\ufffe")]
    public async Task A_key_that_XML_can_not_hold_is_put_listed_copied_and_deleted(string key)
    {
        var at = new ObjectAddress(await server.EmptyBucketAsync(), key);
        var copy = at with { Key = $"{key}2" };

        await PutAsync(at, "content");
        (await _store.CopyAsync(at, "content".Length, copy, Cancellation)).ShouldBe(CopyOutcome.Copied);
        (await KeysAsync(at.Bucket)).ShouldBe([key, copy.Key]);
        var deleted = await _store.DeleteAsync(at.Bucket, [new(key), new("plain"), new(copy.Key)], Cancellation);

        deleted.Failed.ShouldBeEmpty();
        (await KeysAsync(at.Bucket)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1_000)]
    [InlineData(60_000)]
    [InlineData(1_000_000)]
    public async Task Refused_content_is_not_executed_as_a_request(int size)
    {
        var bucket = await server.EmptyBucketAsync();
        var at = new ObjectAddress(bucket, "content");
        await PutAsync(at, "content");
        var request = $"GET /{bucket}/smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
        var content = string.Concat(Enumerable.Repeat(request, size / request.Length + 1));

        for (var round = 0; round < 10; round++)
        {
            var fault = await Should.ThrowAsync<StoreException>(
                () => PutAsync(new ObjectAddress($"{bucket}-missing", "x"), content));
            fault.Code.ShouldBe(StoreException.NoSuchBucket);

            (await _store.HeadAsync(at, Cancellation)).ShouldNotBeNull();
            (await KeysAsync(bucket)).ShouldBe(["content"]);
        }
    }

    // The SDK takes the time from an error's Date, and signs the next request with it.
    [Fact]
    public async Task One_wrong_Date_does_not_make_an_object_look_forbidden()
    {
        var at = new ObjectAddress(await server.EmptyBucketAsync(), "content");
        await PutAsync(at, "content");
        await using var proxy = new FaultyProxy(server.Url, new Replicas.S3Log())
        {
            Rule = Fault.Misdated(right => right.AddYears(1)).To(request => request.Key == "missing").Once(),
        };
        await proxy.UpAsync();
        using var store = new S3ObjectStore(
            AwsSection.At(proxy.Url), TimeProvider.System, NullLogger<S3ObjectStore>.Instance);

        (await store.HeadAsync(at with { Key = "missing" }, Cancellation)).ShouldBeNull();
        (await store.HeadAsync(at, Cancellation)).ShouldNotBeNull().Size.ShouldBe("content".Length);
    }

    [Theory]
    [InlineData("text/plain;charset=utf-8")]
    [InlineData("TEXT/Plain;  Charset=\"UTF-8\"")]
    public async Task A_content_type_may_be_written_in_any_way(string type)
    {
        var at = new ObjectAddress(await server.EmptyBucketAsync(), "content");

        await PutAsync(at, "content", new ObjectAttributes { ContentType = type });

        (await _store.HeadAsync(at, Cancellation)).ShouldNotBeNull().Attributes.ContentType.ShouldBe(type);
    }

    [Fact]
    public async Task Metadata_is_not_percent_decoded_and_lists_stay_whole()
    {
        var at = new ObjectAddress(await server.EmptyBucketAsync(), "content");
        var attributes = new ObjectAttributes
        {
            ContentEncoding = "gzip, br",
            Metadata = new Dictionary<string, string> { ["discount"] = "50%25" },
        };

        await PutAsync(at, "content", attributes);

        (await _store.HeadAsync(at, Cancellation)).ShouldNotBeNull().Attributes.ShouldBeSameAttributes(attributes);
    }

    [Fact]
    public async Task A_wrong_secret_is_a_permanent_fault_that_does_not_reveal_the_secret()
    {
        var bucket = await server.EmptyBucketAsync();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file, "[wrong]\naws_access_key_id=test\naws_secret_access_key=hunter2\n", Cancellation);
        using var store = new S3ObjectStore(
            AwsSection.At(server.Url, ("Profile", "wrong"), ("ProfilesLocation", file)), TimeProvider.System,
            NullLogger<S3ObjectStore>.Instance);

        var fault = await Should.ThrowAsync<StoreException>(() => store.ListAsync(bucket, "", "", 10, Cancellation));

        (fault.Code, fault.IsTransient).ShouldBe(("SignatureDoesNotMatch", false));
        fault.ToString().ShouldNotContain("hunter2");
        fault.ToString().ShouldNotContain("Signature=");
        File.Delete(file);
    }

    [Fact]
    public async Task Versioning_that_is_switched_on_is_seen_and_a_condition_that_is_ignored_then_is_refused()
    {
        var bucket = await server.EmptyBucketAsync();
        var probe = new StoreProbe(_store, new ObjectAddress(bucket, "marker"));
        var at = new ObjectAddress(bucket, "content");
        await probe.EnsureAsync(Cancellation);
        (await PutIfAbsentAsync(at)).IsVersioned.ShouldBeFalse();

        using var client = server.NewClient();
        var versioning = new S3BucketVersioningConfig { Status = "Enabled" };
        await client.PutBucketVersioningAsync(
            new PutBucketVersioningRequest { BucketName = bucket, VersioningConfig = versioning }, Cancellation);
        var first = await PutIfAbsentAsync(at with { Key = "another" });
        var second = await PutIfAbsentAsync(at with { Key = "another" });

        first.IsVersioned.ShouldBeTrue();
        Func<Task> ensure = () => probe.EnsureAsync(first, Cancellation);
        // Ceph 16 ignores the condition, and newer servers obey it.
        if (second.Stored) (await Should.ThrowAsync<StoreException>(ensure)).Code.ShouldBe("ConditionIgnored");
        else await ensure();
    }

    public void Dispose() => _store.Dispose();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Task<PutResult> PutIfAbsentAsync(ObjectAddress at) =>
        _store.PutAsync(at, Stream.Null, new ObjectAttributes(), PutCondition.IfAbsent, Cancellation);

    private async Task PutAsync(ObjectAddress at, string content, ObjectAttributes? attributes = null)
    {
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(content));
        await _store.PutAsync(at, bytes, attributes ?? new ObjectAttributes(), PutCondition.None, Cancellation);
    }

    private async Task<IEnumerable<string>> KeysAsync(string bucket)
        => (await _store.ListAsync(bucket, "", "", 10, Cancellation)).Objects.Select(listed => listed.Key);
}
