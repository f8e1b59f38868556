using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace S3Scheduler.Api.Tests.Deploy;

/// <summary>A run of services on the real server that makes every kind of request to it.</summary>
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
        await LeaveUnresolvedAsync(server, bucket);
        await BreakUploadsAsync(server, bucket, destination);
        var configuration = await ServiceOnS3.UploadsAsync(server, bucket);
        await using var service = await ServiceProcess.StartAsync(_folder.Path, configuration);
        var client = service.Client;
        await ExpectAsync(client.GetAsync(At("/health/ready"), Cancellation));

        // Delivered, with a look at the destination, because the sweep before left it unresolved. A sweep takes and
        // renews its lease with the same requests.
        var now = TimeProvider.System.GetUtcNow();
        await client.PostAsync(now, destination, "due", ScheduleForms.Content("due"));
        await ExpectAsync(client.PostAsync(At("/sweeps"), null, Cancellation));
        await client.NothingPendingAsync();

        // Posted, posted again, read, rescheduled and cancelled.
        var tomorrow = now + TimeSpan.FromDays(1);
        var later = await client.PostAsync(tomorrow, destination, "later", ScheduleForms.Content("later"));
        var key = Path((string)later["key"]!);
        await ExpectAsync(client.PostAsync(At("/schedules"), Form(tomorrow, destination, "later"), Cancellation));
        await ExpectAsync(client.GetAsync(At(key), Cancellation));
        await ExpectAsync(client.GetAsync(At($"{key}/content"), Cancellation));
        using var patch = JsonContent.Create(new { dueAt = tomorrow + TimeSpan.FromDays(1) });
        await ExpectAsync(client.PatchAsync(At(key), patch, Cancellation));
        var moved = (await client.PendingAsync()).ShouldHaveSingleItem();
        await ExpectAsync(client.DeleteAsync(At(Path(moved)), Cancellation), HttpStatusCode.NoContent);

        // Uploaded straight into the bucket, with the service's credentials, and cancelled.
        var upload = new { dueAt = tomorrow, bucket = destination, key = "uploaded" };
        using (var prepared = await client.PostAsJsonAsync(At("/schedules/uploads"), upload, Cancellation))
            await UploadAsync(prepared);
        var uploaded = (await client.PendingAsync()).ShouldHaveSingleItem();
        await ExpectAsync(client.DeleteAsync(At(Path(uploaded)), Cancellation), HttpStatusCode.NoContent);

        // Failed, read, retried, failed again and deleted.
        await client.PostAsync(now, "no-such-bucket-anywhere", "lost", ScheduleForms.Content("lost"));
        var failed = await FailedAsync(client);
        await ExpectAsync(client.GetAsync(At(Path(failed)), Cancellation));
        await ExpectAsync(client.PostAsync(At($"{Path(failed)}/retry"), null, Cancellation));
        var again = await FailedAsync(client);
        await ExpectAsync(client.DeleteAsync(At(Path(again)), Cancellation), HttpStatusCode.NoContent);
    }

    // The parts are too small for the server, so each upload fails at its end and is aborted: in the folder, at the
    // destination, and under .failed.
    private async Task BreakUploadsAsync(S3Server server, string bucket, string destination)
    {
        var limits = new MultipartLimits { LargestPut = 1000, UploadPart = 1000, LargestCopy = 1, CopyPart = 100 };
        await using var service = await ServiceProcess.StartAsync(
            _folder.Path, [.. ServiceOnS3.Configuration(server, bucket), LoweredLimits.Tell(limits)]);
        var now = TimeProvider.System.GetUtcNow();
        using var form = Form(now + TimeSpan.FromDays(1), destination, new string('x', 2500));
        using var answer = await service.Client.PostAsync(At("/schedules"), form, Cancellation);
        answer.IsSuccessStatusCode.ShouldBeFalse();

        await service.Client.PostAsync(now, destination, "parts", ScheduleForms.Content(new string('x', 250)));
        var marked = await FailedAsync(service.Client); // the move is refused, too
        await ExpectAsync(service.Client.DeleteAsync(At(Path(marked)), Cancellation), HttpStatusCode.NoContent);
        (await service.StopAsync()).ShouldBe(0); // with its lease closed
        foreach (var broken in new[] { bucket, destination }) (await server.UploadsAsync(broken)).ShouldBeEmpty();
    }

    private static async Task LeaveUnresolvedAsync(S3Server server, string bucket)
    {
        using var store = new S3ObjectStore(
            server.Configuration, TimeProvider.System, NullLogger<S3ObjectStore>.Instance);
        var folder = new ScheduleFolder(bucket, "schedules");
        var duration = TimeSpan.FromSeconds(5);
        var unresolved = new LeaseRecord(1, LeaseState.Unresolved, "another", "nonce", duration, Unresolved: null);
        await unresolved.WriteAsync(store, folder.Lease(1), PutCondition.IfAbsent, Cancellation);
    }

    private static async Task UploadAsync(HttpResponseMessage prepared)
    {
        var upload = (await prepared.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!;
        using var http = new HttpClient();
        using var put = new HttpRequestMessage(HttpMethod.Put, (string)upload["url"]!);
        put.Content = new ByteArrayContent("uploaded"u8.ToArray());
        foreach (var (name, value) in upload["headers"]!.AsObject())
            if (!put.Headers.TryAddWithoutValidation(name, (string)value!))
                put.Content.Headers.TryAddWithoutValidation(name, (string)value!);
        await ExpectAsync(http.SendAsync(put, Cancellation));
    }

    private static async Task<string> FailedAsync(HttpClient client) => await Eventually.SeeAsync("failure", async () =>
    {
        var page = await client.GetFromJsonAsync<JsonNode>(At("/schedules?status=failed"), Cancellation);
        var isAlone = page!["schedules"]!.AsArray().Count == 1 && (await client.PendingAsync()).Count == 0;
        return isAlone ? (string?)page["schedules"]![0]!["key"] : null;
    });

    private static async Task ExpectAsync(Task<HttpResponseMessage> call, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = await call;
        var body = await response.Content.ReadAsStringAsync(Cancellation);
        response.StatusCode.ShouldBe(status, $"{response.RequestMessage}: {body}");
    }

    private static MultipartFormDataContent Form(DateTimeOffset dueAt, string destination, string content) =>
        ScheduleForms.Form(("dueAt", $"{dueAt:O}"), destination, "later", ScheduleForms.Content(content));

    private static string Path(string key) => $"/schedules/{Uri.EscapeDataString(key)}";

    private static Uri At(string path) => new(path, UriKind.Relative);
}
