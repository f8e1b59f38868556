using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using S3Scheduler.Api.Tests.Deploy;
using S3Scheduler.Api.Tests.Http;

namespace S3Scheduler.Api.Tests.Lambda;

/// <summary>
/// The program as it runs on Lambda, with Amazon's hosting in its process. Only a build with LambdaHosting=true has
/// that, as tests/lambda.sh makes it.
/// </summary>
public abstract class AmazonsHostingTests(S3Server server) : EndToEndTest
{
    private const string Big = "2099-01-01T00:00:00.000Z|reports|big";

    // Lambda ends a process that has not started by then.
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(10);

    private readonly List<ServiceProcess> _processes = [];
    private RuntimeApi _runtime = null!;
    private HttpApi _api = null!;
    private string _bucket = null!;
    private string _destination = null!;

    public override async ValueTask InitializeAsync()
    {
        _runtime = await RuntimeApi.StartAsync();
        _api = new HttpApi(_runtime);
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var process in _processes) await process.DisposeAsync();
        await _runtime.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_path_that_was_decoded_and_cut_names_no_other_schedule()
    {
        await StartAsync();
        var whole = await PostAsync("doc");
        var odd = await PostAsync("doc?v=2");

        (await _api.SendAsync("GET", odd.Location))["key"].ShouldBe(odd.Key);
        (await _api.SendAsync("DELETE", odd.Location)).Status.ShouldBe(204);

        var pending = (await _api.SendAsync("GET", "/schedules")).Json.GetProperty("schedules");
        pending.EnumerateArray().Select(s => s.GetProperty("key").GetString()).ShouldBe([whole.Key]);
    }

    [Fact]
    public async Task All_bytes_of_content_arrive_and_what_no_answer_can_carry_is_a_link()
    {
        await StartAsync();
        byte[] all = [.. Enumerable.Range(0, 256).Select(n => (byte)n)];
        var bytes = await PostAsync("bytes", all);
        var fits = await PostAsync("fits", new byte[LambdaHosting.LargestContent]);
        await PutAsync(Big, new byte[LambdaHosting.LargestContent + 1]); // a request could not carry it either

        (await _api.SendAsync("GET", $"{bytes.Location}/content")).Body.ShouldBe(all);
        var read = await _api.SendAsync("GET", $"{fits.Location}/content");
        read.Body.Length.ShouldBe((int)LambdaHosting.LargestContent);
        var big = $"/schedules/{Uri.EscapeDataString(Big)}/content";
        (await _api.SendAsync("GET", big)).Status.ShouldBe(307);
        (await _api.SendAsync("GET", $"{big}?redirect=false")).Status.ShouldBe(413);
        (await _api.SendAsync("GET", big, ("range", "bytes=1-2"))).Body.ShouldBe([0, 0]);
    }

    [Fact]
    public async Task A_body_of_JSON_is_limited_without_a_warning()
    {
        var process = await StartAsync();

        var answer = await _api.PostJsonAsync("/schedules/uploads", $$"""{"x":"{{new string('a', 100_000)}}"}""");

        answer.ShouldBeProblem(413, "65536 bytes");
        process.Output.ShouldNotContain("\"Warning\"");
    }

    [Fact]
    public async Task The_trigger_sweeps_and_fails_when_the_bucket_is_gone()
    {
        await StartAsync();
        (await _runtime.InvokeAsync(Trigger())).Answer!["outcome"].ShouldBe("idle");

        await DeleteBucketAsync();

        var failed = await _runtime.InvokeAsync(Trigger());
        failed.Answer.ShouldBeNull();
        failed.Error.ShouldNotBeNull().ShouldContain("502");
        (await _api.SendAsync("POST", "/sweeps")).Status.ShouldBe(502); // a client gets its answer
    }

    [Fact]
    public async Task It_starts_in_time_although_S3_does_not_answer()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var began = TimeProvider.System.GetTimestamp();

        await StartAsync($"http://{silent.LocalEndpoint}");

        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(LongestStart);
    }

    [Fact]
    public async Task After_SIGTERM_it_answers_until_it_is_killed_and_keeps_no_lease()
    {
        var process = await StartAsync();
        await PostAsync("now", at: TimeProvider.System.GetUtcNow());
        var later = await PostAsync("later");
        await Eventually.HoldsAsync(
            "delivery", async () => (await _runtime.InvokeAsync(Trigger())).Answer!.Delivered == 1);

        await process.TerminateAsync();
        (await _api.SendAsync("GET", later.Location)).Status.ShouldBe(200);
        await process.KillAsync();

        using var client = server.NewClient();
        var leases = await client.ListObjectsV2Async(
            new() { BucketName = _bucket, Prefix = "schedules/.sweep/" }, Cancellation);
        leases.S3Objects.ShouldNotBeEmpty();
        using var lease = await client.GetObjectAsync(_bucket, leases.S3Objects[0].Key, Cancellation); // the newest
        (await lease.TextAsync()).ShouldContain("closed");
    }

    private async Task<ServiceProcess> StartAsync(string? url = null)
    {
        (_bucket, _destination) = (await server.EmptyBucketAsync(), await server.EmptyBucketAsync());
        var process = ServiceProcess.Launch(
            Folder.Path,
            [.. LambdaTests.OnLambda, .. ServiceOnS3.Configuration(url ?? server.Url, _bucket),
                ("AWS_LAMBDA_RUNTIME_API", _runtime.Address), ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
                ("LAMBDA_TASK_ROOT", Folder.Path), ("_HANDLER", "none")]);
        _processes.Add(process);
        await _runtime.Asked.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System, Cancellation);
        return process;
    }

    private async Task<Answer> PostAsync(string key, byte[]? content = null, DateTimeOffset? at = null)
    {
        var form = Form.To(_destination, key).DueAt(at ?? TimeProvider.System.GetUtcNow().AddDays(1));
        var answer = await _api.PostAsync(content is null ? form : form.File(content));
        answer.Status.ShouldBe(201, answer.Text);
        return answer;
    }

    private async Task PutAsync(string schedule, byte[] bytes)
    {
        using var client = server.NewClient();
        using var content = new MemoryStream(bytes);
        await client.PutObjectAsync(
            new() { BucketName = _bucket, Key = $"schedules/{schedule}", InputStream = content }, Cancellation);
    }

    private async Task DeleteBucketAsync()
    {
        using var client = server.NewClient();
        var objects = await client.ListObjectsV2Async(new() { BucketName = _bucket }, Cancellation);
        foreach (var found in objects.S3Objects) await client.DeleteObjectAsync(_bucket, found.Key, Cancellation);
        await client.DeleteBucketAsync(_bucket, Cancellation);
    }

    private static JsonObject Trigger() => JsonNode.Parse(TriggerTests.Input("minute"))!.AsObject();
}

#if LAMBDA_HOSTING
public sealed class InAmazonsHosting(S3Server server) : AmazonsHostingTests(server);
#endif
