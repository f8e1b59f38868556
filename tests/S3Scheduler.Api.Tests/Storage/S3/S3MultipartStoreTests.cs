namespace S3Scheduler.Api.Tests.Storage.S3;

/// <summary>The same where all that has more than one byte goes in parts, as small as servers take them.</summary>
public sealed class S3MultipartStoreTests(S3Server server) : S3ObjectStoreTests(server)
{
    protected override MultipartLimits Limits => LoweredLimits.ForAll;
}
