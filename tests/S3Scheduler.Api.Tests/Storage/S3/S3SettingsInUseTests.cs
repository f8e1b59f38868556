using Microsoft.Extensions.Logging.Abstractions;

namespace S3Scheduler.Api.Tests.Storage.S3;

/// <summary>What the settings of the section AWS change in the requests that are really sent.</summary>
public sealed class S3SettingsInUseTests : IDisposable
{
    private const string Role = "arn:aws:iam::123456789012:role/scheduler";
    private const string StsUrl = "AWS_ENDPOINT_URL_STS";

    private readonly TemporaryFolder _folder = new();

    public S3SettingsInUseTests() => Environment.SetEnvironmentVariable("AWS_EC2_METADATA_DISABLED", "true");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(StsUrl, null);
        _folder.Dispose();
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("2", 3)]
    public async Task MaxErrorRetry_applies_to_calls_that_can_be_repeated_and_to_no_others(string retries, int expected)
    {
        await using var server = new FakeS3(
            _ => FakeS3.Error("503 Slow Down", "SlowDown"),
            settings: [("MaxErrorRetry", retries), ("Timeout", "3000000")]);

        await Should.ThrowAsync<StoreException>(() => server.Store.ListAsync("bucket", "", "", 10, Cancellation));
        server.Requests.Count.ShouldBe(expected);

        await Should.ThrowAsync<StoreException>(
            () => server.Store.CopyAsync(S3Calls.Here, 1, S3Calls.There, Cancellation));
        server.Requests.Count.ShouldBe(expected + 1);
    }

    [Fact]
    public async Task Timeout_ends_a_call_that_is_not_answered()
    {
        await using var server = new FakeS3(_ => FakeS3.Silence);
        var time = new TimersOnly();
        using var store = new S3ObjectStore(
            AwsSection.At(server.Url, ("Timeout", "1234")), time, NullLogger<S3ObjectStore>.Instance);

        (await Should.ThrowAsync<StoreException>(() => store.HeadAsync(S3Calls.Here, Cancellation)))
            .Code.ShouldBe(StoreException.Unreachable);

        time.Timers.ShouldBe([TimeSpan.FromMilliseconds(1234)]);
    }

    [Theory]
    [InlineData(null, null, "us-east-1")]
    [InlineData("eu-west-3", null, "eu-west-3")]
    [InlineData("eu-west-3", "garage", "garage")]
    public async Task A_request_to_another_server_is_signed_for_AuthenticationRegion_else_Region(
        string? region, string? authentication, string expected)
    {
        await using var server = Server(("Region", region), ("AuthenticationRegion", authentication));

        await server.Store.HeadAsync(S3Calls.Here, Cancellation);

        server.Requests.ShouldHaveSingleItem().ShouldContain($"/{expected}/s3/aws4_request");
    }

    [Theory]
    [InlineData("https://reports.s3.eu-west-3.amazonaws.com/a?", "Region=eu-west-3")]
    [InlineData("https://s3.eu-west-3.amazonaws.com/reports/a?", "Region=eu-west-3", "ForcePathStyle=true")]
    [InlineData("http://reports.store.example:9000/a?", "ServiceURL=http://store.example:9000")]
    [InlineData("http://store.example:9000/reports/a?", "ServiceURL=http://store.example:9000", "ForcePathStyle=true")]
    public async Task Region_ServiceURL_and_ForcePathStyle_say_where_an_object_is(string url, params string[] settings)
    {
        using var store = new S3ObjectStore(
            AwsSection.Of(settings.Select(s => s.Split('=')).Select(s => (s[0], (string?)s[1]))), new ManualTime(),
            NullLogger<S3ObjectStore>.Instance);
        store.Clock.Observe(DateTimeOffset.UnixEpoch, store.Clock.Read());

        var put = await store.PresignAsync(
            new("reports", "a"), new(), new(null, null), DateTimeOffset.UnixEpoch.AddMinutes(5), Cancellation);

        put.Url.ShouldStartWith(url);
    }

    [Fact]
    public async Task Requests_are_signed_with_the_Profile_in_ProfilesLocation_and_a_changed_file_is_read_again()
    {
        var file = _folder["profiles"];
        await WriteAsync("FIRST");
        await using var server = Server(("Profile", "tests"), ("ProfilesLocation", file));

        await server.Store.HeadAsync(S3Calls.Here, Cancellation);
        await WriteAsync("SECOND");
        await Eventually.HoldsAsync("the new key", async () =>
        {
            await server.Store.HeadAsync(S3Calls.Here, Cancellation);
            return server.Requests.Last().Contains("Credential=SECOND/", StringComparison.Ordinal);
        });

        server.Requests.First().ShouldContain("Credential=FIRST/");

        Task WriteAsync(string id) => File.WriteAllTextAsync(
            file, $"[tests]\naws_access_key_id={id}\naws_secret_access_key=secret\n", Cancellation);
    }

    [Theory]
    [InlineData(null, null, "DefaultSessionName")]
    [InlineData("nightly@here", "partner-7", "nightly%40here")]
    public async Task SessionRoleArn_is_assumed_once_under_SessionName_with_ExternalId(
        string? session, string? external, string name)
    {
        await using var server = Server(
            ("SessionRoleArn", Role), ("SessionName", session), ("ExternalId", external));
        Environment.SetEnvironmentVariable(StsUrl, server.Url);

        await server.Store.HeadAsync(S3Calls.Here, Cancellation);
        await server.Store.HeadAsync(S3Calls.Here, Cancellation);

        server.Requests.Count.ShouldBe(3, string.Join('\n', server.Requests));
        var assume = server.Requests.First();
        assume.ShouldContain("Action=AssumeRole&");
        assume.ShouldContain($"RoleArn={Uri.EscapeDataString(Role)}");
        assume.ShouldContain($"RoleSessionName={name}");
        if (external is null) assume.ShouldNotContain("ExternalId");
        else assume.ShouldContain($"ExternalId={external}");
        server.Requests.Skip(1).ShouldAllBe(head => head.Contains("Credential=ASSUMED/"));
        server.Requests.Skip(1).ShouldAllBe(head => head.Contains("x-amz-security-token: token\r\n"));
    }

    [Fact]
    public async Task A_role_that_can_not_be_assumed_is_a_service_fault()
    {
        await using var server = new FakeS3(
            _ => FakeS3.Answer("403 Forbidden", "<ErrorResponse><Error><Code>Denied</Code></Error></ErrorResponse>"),
            settings: ("SessionRoleArn", Role));
        Environment.SetEnvironmentVariable(StsUrl, server.Url);

        var fault = await Should.ThrowAsync<StoreException>(() => server.Store.HeadAsync(S3Calls.Here, Cancellation));

        (fault.Code, fault.IsServiceFault).ShouldBe((StoreException.CredentialsNotFound, true));
        fault.Message.ShouldContain(Role);
    }

    [Fact]
    public async Task The_role_for_uploads_is_assumed_for_PUTs_into_the_folder_alone_and_signs_only_their_URLs()
    {
        await using var server = Server();
        Environment.SetEnvironmentVariable(StsUrl, server.Url);
        using var store = new S3ObjectStore(
            server.Configuration, TimeProvider.System, NullLogger<S3ObjectStore>.Instance,
            uploads: new() { RoleArn = Role }, uploadFolder: new("bucket", "schedules/"));

        await store.HeadAsync(S3Calls.Here, Cancellation);
        server.Requests.ShouldHaveSingleItem().ShouldContain("Credential=test/");
        store.Clock.Observe(DateTimeOffset.UnixEpoch, store.Clock.Read());
        var put = await store.PresignAsync(
            new("bucket", "schedules/a"), new(), new(null, null), DateTimeOffset.UnixEpoch.AddMinutes(5), Cancellation);

        put.Url.ShouldContain("X-Amz-Credential=ASSUMED%2F");
        put.Url.ShouldContain("X-Amz-Security-Token=token&");
        var assume = Uri.UnescapeDataString(server.Requests.Last());
        assume.ShouldContain($"RoleArn={Role}");
        assume.ShouldContain("""
            "Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::bucket/schedules/*"},
            """.TrimEnd());
    }

    // Plays S3 and STS.
    private static FakeS3 Server(params IEnumerable<(string, string?)> settings) => new(
        request => request.StartsWith("POST / ", StringComparison.Ordinal)
            ? FakeS3.Answer(
                "200 OK",
                "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASSUMED</AccessKeyId>"
                + "<SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>"
                + "<Expiration>2126-11-25T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>")
            : FakeS3.Answer("404 Not Found"),
        settings: settings);

    /// <summary>Its timers end at once.</summary>
    private sealed class TimersOnly : TimeProvider
    {
        public List<TimeSpan> Timers { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Timers.Add(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.FromMilliseconds(50), period);
        }
    }
}
