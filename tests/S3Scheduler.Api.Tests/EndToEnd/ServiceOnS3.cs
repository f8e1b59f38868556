using Amazon.S3.Model;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>A service that uses an S3 server, and what a test reads from that server.</summary>
internal static class ServiceOnS3
{
    // The credentials are in the environment already.
    public static (string Key, string Value)[] Configuration(S3Server server, string bucket) =>
        Configuration(server.Url, bucket);

    /// <summary>With uploads by URL.</summary>
    public static async Task<(string Key, string Value)[]> UploadsAsync(S3Server server, string bucket) =>
        Configuration(await server.StrictUrlAsync(), bucket);

    public static (string Key, string Value)[] Configuration(string serviceUrl, string bucket) =>
    [
        ("Scheduler__Storage", "S3"), ("Scheduler__Bucket", bucket),
        ("AWS__ServiceURL", serviceUrl), ("AWS__ForcePathStyle", "true"),
    ];

    /// <summary>The time by the server's clock. Its responses give it in whole seconds.</summary>
    public static async Task<DateTimeOffset> NowAsync(S3Server server)
    {
        using var client = new HttpClient();
        var url = new Uri(server.Url);
        using var response = await client.GetAsync(url, TestContext.Current.CancellationToken);
        return response.Headers.Date!.Value;
    }

    public static async Task<string> TextAsync(this GetObjectResponse response)
    {
        using var reader = new StreamReader(response.ResponseStream);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
