using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>Content that curl puts straight into the bucket, as the README shows it.</summary>
[Collection(EndToEndTests.Name)]
public sealed class UploadDeliveryTests(S3Server server) : IDisposable
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_arrives_in_time_with_type_and_metadata_and_then_its_URL_is_of_no_more_use()
    {
        var (bucket, destination) = (await server.EmptyBucketAsync(), await server.EmptyBucketAsync());
        using var s3 = server.NewClient();
        await using var service = await ServiceProcess.StartAsync(_folder.Path, ServiceOnS3.Configuration(server, bucket));
        var used = await PrepareAsync(service, destination, "2026/daily.json");
        var unused = await PrepareAsync(service, destination, "unused");
        (await service.Client.PendingAsync()).ShouldBeEmpty();

        (await CurlAsync(used, """{"total": 42}""")).ShouldBe("200");
        (await service.Client.PendingAsync()).ShouldBe([(string)used["key"]!]);
        (await CurlAsync(used, "other")).ShouldBe("412");

        var found = await Eventually.SeeAsync("delivery", async () =>
            (await s3.ListObjectsV2Async(new() { BucketName = destination }, Cancellation)).S3Objects?.SingleOrDefault());
        var dueAt = (DateTimeOffset)used["dueAt"]!;
        new DateTimeOffset(found.LastModified!.Value.ToUniversalTime()).ShouldBeInRange(dueAt.AddMilliseconds(-dueAt.Millisecond), dueAt + Tolerance);
        using var delivered = await s3.GetObjectAsync(destination, "2026/daily.json", Cancellation);
        (delivered.Headers.ContentType, delivered.Headers.CacheControl, delivered.Metadata["team"]).ShouldBe(("application/json", "no-cache", "billing"));
        using var reader = new StreamReader(delivered.ResponseStream);
        (await reader.ReadToEndAsync(Cancellation)).ShouldBe("""{"total": 42}""");

        await Eventually.HoldsAsync("list without the schedule", async () => (await service.Client.PendingAsync()).Count == 0);
        (await CurlAsync(used, "other")).ShouldBe("403");
        (await CurlAsync(unused, "other")).ShouldBe("403");
        (await service.Client.PendingAsync()).ShouldBeEmpty();
    }

    private static async Task<JsonNode> PrepareAsync(ServiceProcess service, string bucket, string key)
    {
        var upload = new
        {
            delay = "PT8S",
            bucket,
            key,
            contentType = "application/json",
            cacheControl = "no-cache",
            metadata = new { team = "billing" },
        };
        using var response = await service.Client.PostAsJsonAsync(new Uri("/schedules/uploads", UriKind.Relative), upload, Cancellation);
        var body = await response.Content.ReadAsStringAsync(Cancellation);
        ((int)response.StatusCode).ShouldBe(200, body);
        return JsonNode.Parse(body)!;
    }

    // Its status alone.
    private async Task<string> CurlAsync(JsonNode upload, string content)
    {
        await File.WriteAllTextAsync(_folder["content"], content, Cancellation);
        var start = new ProcessStartInfo("curl") { RedirectStandardOutput = true };
        foreach (var argument in (string[])["-s", "-o", _folder["answer"], "-w", "%{http_code}", "-T", _folder["content"]]) start.ArgumentList.Add(argument);
        foreach (var (name, value) in upload["headers"]!.AsObject())
        {
            start.ArgumentList.Add("-H");
            start.ArgumentList.Add($"{name}: {value}");
        }

        start.ArgumentList.Add((string)upload["url"]!);
        using var curl = Process.Start(start)!;
        var status = await curl.StandardOutput.ReadToEndAsync(Cancellation);
        await curl.WaitForExitAsync(Cancellation);
        return status;
    }
}
