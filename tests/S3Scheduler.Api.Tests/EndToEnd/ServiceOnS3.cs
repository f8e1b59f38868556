namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>How a service is told to use an S3 server. Its keys are in the environment already.</summary>
internal static class ServiceOnS3
{
    public static (string Key, string Value)[] Configuration(S3Server server, string bucket) =>
        Configuration(server.Url, bucket);

    public static (string Key, string Value)[] Configuration(string serviceUrl, string bucket) =>
    [
        ("Scheduler__Storage", "S3"),
        ("Scheduler__Bucket", bucket),
        ("AWS__ServiceURL", serviceUrl),
        ("AWS__ForcePathStyle", "true"),
    ];
}
