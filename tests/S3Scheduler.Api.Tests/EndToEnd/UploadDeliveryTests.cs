using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Amazon.S3.Model;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>Content that curl puts straight into the bucket, as docs/api.md shows it.</summary>
public sealed class UploadDeliveryTests(S3Server server) : EndToEndTest
{
    [Fact]
    public async Task It_arrives_with_type_and_metadata_once_it_is_due_and_then_its_URL_no_longer_works()
    {
        var (bucket, destination) = (await server.EmptyBucketAsync(), await server.EmptyBucketAsync());
        using var s3 = server.NewClient();
        await using var service = await ServiceProcess.StartAsync(
            Folder.Path, [.. await ServiceOnS3.UploadsAsync(server, bucket), ServiceProcess.LongInterval]);
        // It expires first, so before the other one is delivered.
        var unused = await PrepareAsync(service, destination, "unused");
        var used = await PrepareAsync(service, destination, "2026/daily.json");
        (await service.Client.PendingAsync()).ShouldBeEmpty();

        (await CurlAsync(used, """{"total": 42}""")).ShouldBe("200");
        (await service.Client.PendingAsync()).ShouldBe([(string)used["key"]!]);
        (await CurlAsync(used, "other")).ShouldBe("412");

        var list = new ListObjectsV2Request { BucketName = destination };
        var found = await Eventually.SeeAsync("delivery", async () =>
            (await s3.ListObjectsV2Async(list, Cancellation)).S3Objects?.SingleOrDefault());
        var dueAt = (DateTimeOffset)used["dueAt"]!;
        new DateTimeOffset(found.LastModified!.Value.ToUniversalTime()) // in whole seconds
            .ShouldBeGreaterThanOrEqualTo(dueAt.AddMilliseconds(-dueAt.Millisecond));
        using var delivered = await s3.GetObjectAsync(destination, "2026/daily.json", Cancellation);
        (delivered.Headers.ContentType, delivered.Headers.CacheControl, delivered.Metadata["team"])
            .ShouldBe(("application/json", "no-cache", "billing"));
        (await delivered.TextAsync()).ShouldBe("""{"total": 42}""");

        await service.Client.NothingPendingAsync();
        (await CurlAsync(used, "other")).ShouldBe("403");
        (await CurlAsync(unused, "other")).ShouldBe("403");
        (await service.Client.PendingAsync()).ShouldBeEmpty();
    }

    private static async Task<JsonNode> PrepareAsync(ServiceProcess service, string bucket, string key)
    {
        var upload = new
        {
            delay = "PT15S",
            bucket,
            key,
            contentType = "application/json",
            cacheControl = "no-cache",
            metadata = new { team = "billing" },
        };
        var uploads = new Uri("/schedules/uploads", UriKind.Relative);
        using var response = await service.Client.PostAsJsonAsync(uploads, upload, Cancellation);
        var body = await response.Content.ReadAsStringAsync(Cancellation);
        ((int)response.StatusCode).ShouldBe(200, body);
        return JsonNode.Parse(body)!;
    }

    /// <returns>The status of the response.</returns>
    private async Task<string> CurlAsync(JsonNode upload, string content)
    {
        await File.WriteAllTextAsync(Folder["content"], content, Cancellation);
        string[] arguments =
        [
            "-s", "-o", Folder["answer"], "-w", "%{http_code}", "-T", Folder["content"],
            .. upload["headers"]!.AsObject().SelectMany(h => (string[])["-H", $"{h.Key}: {h.Value}"]),
            (string)upload["url"]!,
        ];
        using var curl = Process.Start(new ProcessStartInfo("curl", arguments) { RedirectStandardOutput = true })!;
        var status = await curl.StandardOutput.ReadToEndAsync(Cancellation);
        await curl.WaitForExitAsync(Cancellation);
        return status;
    }
}
