using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>A service that can't work ends at once, and says why.</summary>
public sealed class RefusedStartTests(S3Server server) : EndToEndTest
{
    [Fact]
    public async Task A_bucket_that_does_not_exist_stops_the_start_with_a_message_that_names_its_key()
    {
        var missing = await server.EmptyBucketAsync() + "-missing";
        await ShouldRefuseAsync(ServiceOnS3.Configuration(server, missing), "Scheduler:Bucket", missing);
    }

    [Theory]
    [InlineData("AWS_ACCESS_KEY_ID")]
    [InlineData("AWS_SECRET_ACCESS_KEY")]
    public async Task A_wrong_key_stops_the_start_with_a_message_that_does_not_speak_of_the_bucket(string key)
    {
        var bucket = await server.EmptyBucketAsync();
        var output = await ShouldRefuseAsync(
            [.. ServiceOnS3.Configuration(server, bucket), (key, "wrong")], "credentials", "AWS_ACCESS_KEY_ID");
        output.ShouldNotContain("Scheduler:Bucket");
    }

    [Fact]
    public async Task A_server_that_ignores_If_None_Match_stops_the_start_with_a_message_that_says_so()
    {
        await using var careless = await StartCarelessServerAsync();
        await ShouldRefuseAsync(
            [
                .. ServiceOnS3.Configuration(careless.Urls.Single(), "scheduler"),
                ("AWS_ACCESS_KEY_ID", "any"), ("AWS_SECRET_ACCESS_KEY", "any"),
            ], "ignores If-None-Match");
    }

    [Fact]
    public Task A_wrong_value_stops_the_start_with_a_message_that_names_its_key() =>
        ShouldRefuseAsync([("Scheduler__SweepInterval", "0")], "Scheduler:SweepInterval");

    private async Task<string> ShouldRefuseAsync(
        (string Key, string Value)[] configuration, params string[] messages)
    {
        var (exitCode, output) = await ServiceProcess.RunAsync(Folder.Path, configuration);

        exitCode.ShouldBe(1, output);
        foreach (var message in messages) output.ShouldContain(message);
        output.ShouldNotContain("   at "); // a stack trace
        return output;
    }

    // Every PUT succeeds, as on a server that does not know the condition.
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
        await app.StartAsync(Cancellation);
        return app;
    }
}
