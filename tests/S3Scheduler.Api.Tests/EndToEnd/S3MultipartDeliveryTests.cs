namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>The same where all content is copied in parts, and the bigger one stored in them.</summary>
[Collection(EndToEndTests.Name)]
public sealed class S3MultipartDeliveryTests(S3Server server) : S3DeliveryTests(server)
{
    protected override MultipartLimits Limits => LoweredLimits.ForCopies;
}
