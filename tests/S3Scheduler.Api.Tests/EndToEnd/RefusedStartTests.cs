using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using S3Scheduler.Api.Tests.Replicas;

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
    [InlineData("AWS_ACCESS_KEY_ID", "does not know the access key")]
    [InlineData("AWS_SECRET_ACCESS_KEY", "secret access key is wrong")]
    public async Task A_wrong_key_stops_the_start_and_is_not_called_a_wrong_bucket(string variable, string message)
    {
        (string, string)[] settings =
            [.. ServiceOnS3.Configuration(server, await server.EmptyBucketAsync()), (variable, "wrong")];
        (await ShouldRefuseAsync(settings, message, variable)).ShouldNotContain("Scheduler:Bucket");
    }

    [Theory]
    [InlineData("InvalidToken", "refuses the session token", "AWS_SESSION_TOKEN")]
    [InlineData("AccessDenied", "lacks a right on Scheduler:Bucket", "IAM rights")]
    [InlineData("AuthorizationHeaderMalformed", "in another region", "AWS:Region")]
    public async Task What_else_a_server_refuses_stops_the_start_and_is_called_by_its_name(
        string code, params string[] messages)
    {
        await using var proxy = new FaultyProxy(server.Url, new Replicas.S3Log())
        {
            Rule = Fault.Refused(403, code).To(_ => true),
        };
        await proxy.UpAsync();
        await ShouldRefuseAsync(ServiceOnS3.Configuration(proxy.Url, "scheduler"), [code, .. messages]);
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

    private async Task<string> ShouldRefuseAsync((string Key, string Value)[] configuration, params string[] messages)
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
