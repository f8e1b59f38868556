using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>A service that can't do its work ends at once, and says why.</summary>
[Collection(EndToEndTests.Name)]
public sealed class RefusedStartTests(S3Server server) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_bucket_that_does_not_exist_stops_the_start_with_a_message_that_names_its_key()
    {
        var missing = await server.EmptyBucketAsync() + "-missing";
        var (exitCode, output) = await ServiceProcess.RunAsync(_folder.Path, ServiceOnS3.Configuration(server, missing));

        exitCode.ShouldBe(1, output);
        output.ShouldContain("Scheduler:Bucket");
        output.ShouldContain(missing);
        output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_server_that_ignores_If_None_Match_stops_the_start_with_a_message_that_says_so()
    {
        await using var careless = await StartCarelessServerAsync();
        var (exitCode, output) = await ServiceProcess.RunAsync(
            _folder.Path,
            [
                .. ServiceOnS3.Configuration(careless.Urls.Single(), "scheduler"),
                ("AWS_ACCESS_KEY_ID", "any"),
                ("AWS_SECRET_ACCESS_KEY", "any"),
            ]);

        exitCode.ShouldBe(1, output);
        output.ShouldContain("ignores If-None-Match");
        output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_wrong_value_stops_the_start_with_a_message_that_names_its_key()
    {
        var (exitCode, output) = await ServiceProcess.RunAsync(_folder.Path, ("Scheduler__SweepInterval", "0"));

        exitCode.ShouldBe(1, output);
        output.ShouldContain("Scheduler:SweepInterval");
        output.ShouldNotContain("   at ");
    }

    // It answers every PUT with success, as a server does that does not know the condition.
    private static async Task<WebApplication> StartCarelessServerAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context =>
        {
            context.Response.Headers.ETag = "\"d41d8cd98f00b204e9800998ecf8427e\"";
            return Task.CompletedTask;
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
