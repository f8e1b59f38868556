using System.Text.Json.Nodes;
using S3Scheduler.Api.Tests.Replicas;
using static S3Scheduler.Api.Tests.Http.PreparedUpload;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>
/// PUTs of uploads with a header that was not signed. Ceph 16 takes them, so the service must offer no uploads there.
/// Behind a proxy that refuses them, as AWS does, it offers uploads, and they work.
/// </summary>
public sealed class UploadAttackTests(S3Server server) : IAsyncLifetime
{
    private const string CopySource = "x-amz-copy-source";
    private const string Everyone = "uri=\"http://acs.amazonaws.com/groups/global/AllUsers\"";

    private readonly HttpClient _http = new();
    private readonly Replicas.S3Log _log = new();
    private FaultyProxy? _proxy;
    private Service? _service;
    private string _bucket = "";

    public static TheoryData<string, string> Headers => new()
    {
        { CopySource, "/victim/secret" }, { "x-amz-acl", "public-read" }, { "x-amz-grant-read", Everyone },
        { "x-amz-tagging", "state=checked" }, { "x-amz-website-redirect-location", "https://evil.example/" },
    };

    public async ValueTask InitializeAsync() => _bucket = await server.EmptyBucketAsync();

    public async ValueTask DisposeAsync()
    {
        if (_service is not null) await _service.DisposeAsync();
        if (_proxy is not null) await _proxy.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task A_server_that_takes_unsigned_headers_gets_no_uploads_and_the_answer_says_why_and_what_to_do()
    {
        var client = Start(server.Url);

        (await client.PrepareUploadAsync(Upload())).ShouldBeProblem(501, CopySource).ShouldContain("POST /schedules");

        (await KeysAsync()).ShouldBe(["schedules/.probe"]);
    }

    [Theory, MemberData(nameof(Headers))]
    public async Task One_header_that_the_server_takes_unsigned_is_enough_to_get_no_uploads(string header, string _)
    {
        // The others do not reach the server.
        var client = await StartAsync(request => request.Unsigned.Length > 0 && request.Unsigned != header);

        (await client.PrepareUploadAsync(Upload())).ShouldBeProblem(501, header);

        (await KeysAsync()).ShouldBe(["schedules/.probe"]);
    }

    [Fact]
    public async Task A_gateway_that_overlooks_that_Ceph_reads_underscores_as_hyphens_is_not_enough()
    {
        var client = await StartAsync(request => request.Unsigned.Contains('-'));
        (await client.PrepareUploadAsync(Upload())).ShouldBeProblem(501, CopySource);
    }

    [Theory, MemberData(nameof(Headers))]
    public async Task Where_unsigned_headers_are_refused_uploads_work_and_the_attack_does_not(
        string header, string value)
    {
        var client = Start(await server.StrictUrlAsync());
        await ShouldOnlyUploadAsync(client, header, await ValueAsync(header, value));
        (await KeysAsync()).ShouldBe(["schedules/.probe"]);
    }

    [Theory, MemberData(nameof(Headers))]
    public async Task With_credentials_that_can_not_read_the_signature_stops_the_other_headers(
        string header, string value)
    {
        // The server's answer to a copy by keys that may only write.
        var client = await StartAsync(request => request.Unsigned.Replace('_', '-') == CopySource, KeysOfUploads());
        await ShouldOnlyUploadAsync(client, header, await ValueAsync(header, value));
    }

    [Fact]
    public async Task With_credentials_that_can_read_there_are_no_uploads_on_a_server_that_takes_unsigned_headers()
    {
        var client = Start(server.Url, KeysOfUploads());
        var answer = await client.PrepareUploadAsync(Upload());
        answer.ShouldBeProblem(501, CopySource);
        answer.Text.ShouldNotContain(KeysOfUploads()[1].Value);
    }

    [Fact]
    public async Task While_the_server_refuses_every_upload_there_are_none_and_the_answer_says_how_it_refuses()
    {
        var client = await StartAsync(request => request.Query.Contains("X-Amz-Signature", StringComparison.Ordinal));
        (await client.PrepareUploadAsync(Upload())).ShouldBeProblem(501, "403 AccessDenied");

        _proxy!.Rule = Fault.Refused(403, "AccessDenied").To(request => request.Unsigned.Length > 0);
        (await client.PrepareUploadAsync(Upload())).Status.ShouldBe(200);
    }

    [Fact]
    public async Task If_the_server_is_out_of_reach_meanwhile_the_answer_is_503_and_it_is_tried_again()
    {
        var client = await StartAsync(request => request.Unsigned.Length > 0);
        var refuse = _proxy!.Rule!;
        _proxy.Rule = Fault.Dropped.To(request => request.Unsigned == "x-amz-tagging").Once().Or(refuse);

        (await client.PrepareUploadAsync(Upload())).ShouldBeProblem(503);
        (await client.PrepareUploadAsync(Upload())).Status.ShouldBe(200);
    }

    [Fact]
    public async Task What_was_found_out_is_kept_and_a_service_without_uploads_never_asks()
    {
        var client = await StartAsync(request => request.Unsigned.Length > 0);
        (await client.GetAsync("/health/ready")).Status.ShouldBe(200);
        Tried().ShouldBe(0);

        (await client.PrepareUploadAsync(Upload())).Status.ShouldBe(200);
        var tried = Tried();
        tried.ShouldBeGreaterThan(0);
        (await client.PrepareUploadAsync(Upload())).Status.ShouldBe(200);
        Tried().ShouldBe(tried);

        int Tried() => _log.All.Count(e => e.Request.Query.Contains("X-Amz-Signature", StringComparison.Ordinal));
    }

    private async Task ShouldOnlyUploadAsync(Client client, string header, string value)
    {
        var upload = await client.PrepareUploadAsync(Upload());
        upload.Status.ShouldBe(200, upload.Text);
        var path = Client.PathOf(upload.Key);
        var headers = Headers(upload);
        foreach (var spelled in (string[])[header, header.Replace('-', '_')])
        {
            var attack = new Dictionary<string, string>(headers) { [spelled] = value };
            (await _http.PutAsync(upload, [], attack)).ShouldBeInRange(400, 403, spelled);
            (await client.GetAsync(path)).ShouldBeProblem(404);
        }

        (await _http.PutAsync(upload, "own"u8.ToArray(), headers)).ShouldBe(200);
        (await client.GetAsync($"{path}/content")).Text.ShouldBe("own");
        (await client.DeleteAsync(path)).Status.ShouldBe(204);
    }

    // The secret must exist: a copy of something that is missing is refused by every server.
    private async Task<string> ValueAsync(string header, string value)
    {
        if (header != CopySource) return value;
        var victim = await server.EmptyBucketAsync();
        using var s3 = server.NewClient();
        await s3.PutObjectAsync(
            new() { BucketName = victim, Key = "secret", ContentBody = "secret" }, Core.Cancellation);
        return $"/{victim}/secret";
    }

    private async Task<IReadOnlyList<string>> KeysAsync()
    {
        using var s3 = server.NewClient();
        var listed = await s3.ListObjectsV2Async(new() { BucketName = _bucket }, Core.Cancellation);
        return [.. listed.S3Objects.Select(found => found.Key)];
    }

    private static (string Key, string Value)[] KeysOfUploads() =>
    [
        ("Scheduler:Uploads:AccessKeyId", Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID")!),
        ("Scheduler:Uploads:SecretAccessKey", Environment.GetEnvironmentVariable("AWS_SECRET_ACCESS_KEY")!),
    ];

    private static JsonObject Upload() => new() { ["delay"] = "PT10M", ["bucket"] = "reports", ["key"] = "attacked" };

    private async Task<Client> StartAsync(
        Func<S3Request, bool> refused, params IEnumerable<(string Key, string Value)> settings)
    {
        _proxy = new FaultyProxy(server.Url, _log) { Rule = Fault.Refused(403, "AccessDenied").To(refused) };
        await _proxy.UpAsync();
        return Start(_proxy.Url, settings);
    }

    private Client Start(string url, params IEnumerable<(string Key, string Value)> settings)
    {
        var all = new Dictionary<string, string>
        {
            ["Scheduler:Storage"] = nameof(StorageKind.S3),
            ["Scheduler:Bucket"] = _bucket,
            ["AWS:ServiceURL"] = url,
            ["AWS:ForcePathStyle"] = "true",
        };
        foreach (var (key, value) in settings) all[key] = value;
        _service = new Service(TimeProvider.System, all);
        return _service.Client;
    }
}
