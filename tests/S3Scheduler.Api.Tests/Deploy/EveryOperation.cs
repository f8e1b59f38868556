using System.Net;
using System.Net.Http.Json;

namespace S3Scheduler.Api.Tests.Deploy;

/// <summary>One run of a service on the real server that does everything it can.</summary>
public sealed class EveryOperation : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private Task? _run;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Task RunAsync(S3Server server) => _run ??= RunOnceAsync(server);

    public void Dispose() => _folder.Dispose();

    private async Task RunOnceAsync(S3Server server)
    {
        var (bucket, destination) = (await server.EmptyBucketAsync(), await server.EmptyBucketAsync());
        await LeaveUnsureAsync(server, bucket);
        await BreakUploadsAsync(server, bucket, destination);
        await using var service = await ServiceProcess.StartAsync(_folder.Path, ServiceOnS3.Configuration(server, bucket));
        var client = service.Client;
        await ExpectAsync(client.GetAsync(At("/health/ready"), Cancellation));

        // Delivered, with a look at the destination, because the sweep before was unresolved. A sweep renews its lease with
        // the same requests by which it took it.
        var now = TimeProvider.System.GetUtcNow();
        using (var content = Content("due")) await client.PostAsync(now, destination, "due", content);
        await ExpectAsync(client.PostAsync(At("/sweeps"), null, Cancellation));
        await Eventually.HoldsAsync("delivery", async () => (await client.PendingAsync()).Count == 0);

        // Made, made again, read, moved and cancelled.
        var tomorrow = now + TimeSpan.FromDays(1);
        var key = await PostAsync(client, tomorrow, destination);
        await ExpectAsync(client.PostAsync(At("/schedules"), Form(tomorrow, destination), Cancellation));
        await ExpectAsync(client.GetAsync(At(key), Cancellation));
        await ExpectAsync(client.GetAsync(At($"{key}/content"), Cancellation));
        using var patch = JsonContent.Create(new { dueAt = tomorrow + TimeSpan.FromDays(1) });
        await ExpectAsync(client.PatchAsync(At(key), patch, Cancellation));
        var moved = (await client.PendingAsync()).ShouldHaveSingleItem();
        await ExpectAsync(client.DeleteAsync(At(Path(moved)), Cancellation), HttpStatusCode.NoContent);

        // Put straight into the bucket, in the service's name, and cancelled.
        var upload = new { dueAt = tomorrow, bucket = destination, key = "uploaded" };
        using (var prepared = await client.PostAsJsonAsync(At("/schedules/uploads"), upload, Cancellation)) await UploadAsync(prepared);
        await ExpectAsync(client.DeleteAsync(At(Path((await client.PendingAsync()).ShouldHaveSingleItem())), Cancellation), HttpStatusCode.NoContent);

        // Failed, read, brought back, failed again and deleted.
        using (var content = Content("lost")) await client.PostAsync(now, "no-such-bucket-anywhere", "lost", content);
        var failed = await FailedAsync(client);
        await ExpectAsync(client.GetAsync(At(Path(failed)), Cancellation));
        await ExpectAsync(client.PostAsync(At($"{Path(failed)}/retry"), null, Cancellation));
        var again = await FailedAsync(client);
        await ExpectAsync(client.DeleteAsync(At(Path(again)), Cancellation), HttpStatusCode.NoContent);
    }

    // The parts are too small for the server, which says so at the end: they are aborted in the folder, at the
    // destination, and where it is moved to.
    private async Task BreakUploadsAsync(S3Server server, string bucket, string destination)
    {
        var limits = new MultipartLimits { LargestPut = 1000, UploadPart = 1000, LargestCopy = 1, CopyPart = 100 };
        await using var service = await ServiceProcess.StartAsync(
            _folder.Path, [.. ServiceOnS3.Configuration(server, bucket), LoweredLimits.Tell(limits)]);
        var now = TimeProvider.System.GetUtcNow();
        using var form = Form(now + TimeSpan.FromDays(1), destination, new string('x', 2500));
        using var answer = await service.Client.PostAsync(At("/schedules"), form, Cancellation);
        answer.IsSuccessStatusCode.ShouldBeFalse();

        using (var content = Content(new string('x', 250))) await service.Client.PostAsync(now, destination, "parts", content);
        await Eventually.HoldsAsync("refused move", () => Task.FromResult(service.Output.Contains("could not be moved", StringComparison.Ordinal)));
        (await service.StopAsync()).ShouldBe(0); // with its lease closed
        foreach (var broken in new[] { bucket, destination }) (await server.UploadsAsync(broken)).ShouldBeEmpty();
    }

    private static async Task LeaveUnsureAsync(S3Server server, string bucket)
    {
        using var store = new S3ObjectStore(server.Configuration, TimeProvider.System);
        var folder = new ScheduleFolder(bucket, "schedules");
        var unresolved = new LeaseRecord(1, LeaseState.Unresolved, "another", "nonce", TimeSpan.FromSeconds(5), Unresolved: null);
        await unresolved.WriteAsync(store, folder.Lease(1), PutCondition.IfAbsent, Cancellation);
    }

    private static async Task<string> PostAsync(HttpClient client, DateTimeOffset dueAt, string destination)
    {
        using var content = Content("later");
        return Path((string)(await client.PostAsync(dueAt, destination, "later", content))["key"]!);
    }

    private static async Task UploadAsync(HttpResponseMessage prepared)
    {
        var upload = (await prepared.Content.ReadFromJsonAsync<System.Text.Json.Nodes.JsonNode>(Cancellation))!;
        using var http = new HttpClient();
        using var put = new HttpRequestMessage(HttpMethod.Put, (string)upload["url"]!) { Content = Content("uploaded") };
        put.Content.Headers.ContentType = null;
        foreach (var (name, value) in upload["headers"]!.AsObject())
            if (!put.Headers.TryAddWithoutValidation(name, (string)value!)) put.Content.Headers.TryAddWithoutValidation(name, (string)value!);
        await ExpectAsync(http.SendAsync(put, Cancellation));
    }

    private static async Task<string> FailedAsync(HttpClient client) => await Eventually.SeeAsync("failure", async () =>
    {
        var page = await client.GetFromJsonAsync<System.Text.Json.Nodes.JsonNode>(At("/schedules?status=failed"), Cancellation);
        return page!["schedules"]!.AsArray() is [{ } only] && (await client.PendingAsync()).Count == 0 ? (string?)only["key"] : null;
    });

    private static async Task ExpectAsync(Task<HttpResponseMessage> call, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = await call;
        response.StatusCode.ShouldBe(status, $"{response.RequestMessage}: {await response.Content.ReadAsStringAsync(Cancellation)}");
    }

    private static MultipartFormDataContent Form(DateTimeOffset dueAt, string destination, string content = "later") => new()
    {
        { new StringContent($"{dueAt:O}"), "dueAt" },
        { new StringContent(destination), "bucket" },
        { new StringContent("later"), "key" },
        { Content(content), "content", "content.bin" },
    };

    private static ByteArrayContent Content(string text) => ScheduleForms.Content(Encoding.UTF8.GetBytes(text), "text/plain");

    private static string Path(string key) => $"/schedules/{Uri.EscapeDataString(key)}";

    private static Uri At(string path) => new(path, UriKind.Relative);
}
