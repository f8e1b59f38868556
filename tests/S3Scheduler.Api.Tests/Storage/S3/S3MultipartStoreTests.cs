namespace S3Scheduler.Api.Tests.Storage.S3;

/// <summary>The same with uploads and copies in parts, from two bytes on.</summary>
public sealed class S3MultipartStoreTests(S3Server server) : S3ObjectStoreTests(server)
{
    protected override MultipartLimits Limits => LoweredLimits.ForAll;
}
