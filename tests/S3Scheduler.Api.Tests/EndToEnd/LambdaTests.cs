using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using S3Scheduler.Api.Tests.Replicas;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>A service whose environment says that it runs on Lambda. This build still listens on a port.</summary>
public sealed class LambdaTests(S3Server server) : EndToEndTest
{
    private const string Function = "AWS_LAMBDA_FUNCTION_NAME";

    /// <summary>There a gateway authorizes the callers, and the function's role limits the destinations.</summary>
    internal static readonly (string Key, string Value)[] OnLambda =
    [
        (Function, "scheduler"), ("Authentication__Anonymous", "true"),
        ("Scheduler__Destinations__0", "*"),
    ];

    [Theory]
    [InlineData("scheduler", 0)]
    [InlineData("", 1)]
    public async Task No_worker_runs_on_Lambda(string function, int workers)
    {
        var settings = ServiceOnS3.Configuration(server, await server.EmptyBucketAsync());
        await using var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(builder =>
        {
            IEnumerable<(string, string)> all = [.. settings, .. OnLambda, (Function, function)];
            foreach (var (key, value) in all)
                builder.UseSetting(key.Replace("__", ":", StringComparison.Ordinal), value);
        });

        factory.Services.GetServices<IHostedService>().OfType<SweepWorker>().Count().ShouldBe(workers);
    }

    [Fact]
    public async Task A_call_to_sweep_delivers_what_is_due()
    {
        await using var service = await StartAsync();
        var key = await PostDueAsync(service, [42]);
        (await service.Client.PendingAsync()).ShouldBe([key]);

        await Eventually.HoldsAsync("delivery", async () => (await service.Client.SweepAsync()).Delivered == 1);

        (await service.Client.PendingAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_line_of_the_log_is_JSON_with_a_time_in_UTC()
    {
        await using var service = await StartAsync();
        await service.StopAsync();

        var lines = service.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.ShouldNotBeEmpty();
        lines.Select(line => (string?)JsonNode.Parse(line)!["Timestamp"]).ShouldAllBe(time => time!.EndsWith('Z'));
    }

    [Fact]
    public async Task Nothing_is_written_outside_the_folder_for_temporary_files()
    {
        using var temporary = new TemporaryFolder();
        await using var service = await StartAsync(("HOME", Folder.Path), ("TMPDIR", temporary.Path));
        var program = Programs();
        await PostDueAsync(service, new byte[1 << 20]); // more than is kept in memory

        Folder.Files().ShouldBeEmpty();
        Programs().ShouldBe(program);
    }

    [Fact]
    public async Task No_link_to_content_is_in_the_log_however_much_is_logged()
    {
        await using var service = await StartAsync(("Logging__LogLevel__Default", "Trace"));
        using var content = ScheduleForms.Content(new byte[LambdaHosting.LargestContent + 1], "text/plain");
        var tomorrow = TimeProvider.System.GetUtcNow().AddDays(1);
        var schedule = await service.Client.PostAsync(tomorrow, await server.EmptyBucketAsync(), "later", content);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var path = $"/schedules/{Uri.EscapeDataString((string)schedule["key"]!)}/content";

        using var answer = await http.GetAsync(
            new Uri(service.Client.BaseAddress!, path), TestContext.Current.CancellationToken);
        await service.StopAsync();

        answer.Headers.Location!.Query.ShouldContain("X-Amz-Signature=");
        service.Output.ShouldContain("/content"); // the request itself
        service.Output.ShouldNotContain("X-Amz-", Case.Insensitive);
    }

    [Fact]
    public async Task A_local_store_stops_the_start_with_a_message_that_names_its_key()
    {
        var (exitCode, output) = await ServiceProcess.RunAsync(Folder.Path, OnLambda);

        exitCode.ShouldBe(1, output);
        output.TrimEnd().ShouldBe("Scheduler:Storage must be S3 on Lambda, because its disk is temporary.");
        Folder.Files().ShouldBeEmpty();
    }

    [Fact]
    public void An_output_that_was_not_built_for_Lambda_contains_nothing_of_Lambda()
    {
        Programs().ShouldContain("S3Scheduler.Api.dll"); // the right folder
        Programs().ShouldNotContain(file => file.Contains("Lambda", StringComparison.OrdinalIgnoreCase));
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "S3Scheduler.Api.deps.json"))
            .ShouldNotContain("Amazon.Lambda");
    }

    private static List<string> Programs() =>
        [.. new DirectoryInfo(AppContext.BaseDirectory).GetFiles().Select(f => f.Name).Order(StringComparer.Ordinal)];

    private async Task<ServiceProcess> StartAsync(params (string Key, string Value)[] configuration) =>
        await ServiceProcess.StartAsync(
            Folder.Path,
            [.. OnLambda, .. ServiceOnS3.Configuration(server, await server.EmptyBucketAsync()), .. configuration]);

    private async Task<string> PostDueAsync(ServiceProcess service, byte[] bytes)
    {
        using var content = ScheduleForms.Content(bytes, "application/octet-stream");
        var bucket = await server.EmptyBucketAsync();
        var schedule = await service.Client.PostAsync(TimeProvider.System.GetUtcNow(), bucket, "now.bin", content);
        return (string)schedule["key"]!;
    }
}
