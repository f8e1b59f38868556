namespace S3Scheduler.Api.Tests.Storage.S3;

/// <summary>How small objects are made to go in parts.</summary>
internal static class LoweredLimits
{
    private const string Variable = "S3_TEST_LIMITS";

    /// <summary>The least that servers take, but of the last part.</summary>
    private const long SmallestPart = 5 << 20;

    /// <summary>All that has more than one byte is copied in parts, and what is bigger than one part stored in parts.</summary>
    public static MultipartLimits ForCopies { get; } =
        new() { LargestPut = SmallestPart, LargestCopy = 1, UploadPart = SmallestPart, CopyPart = SmallestPart };

    /// <summary>The same for all that is stored.</summary>
    public static MultipartLimits ForAll { get; } = ForCopies with { LargestPut = 1 };

    /// <summary>Tells a service that a test starts, in its environment.</summary>
    public static (string Key, string Value) Tell(MultipartLimits limits) =>
        (Variable, $"{limits.LargestPut},{limits.LargestCopy},{limits.UploadPart},{limits.CopyPart}");

    /// <summary>In that service, before its own code.</summary>
    public static void Hear()
    {
        if (Environment.GetEnvironmentVariable(Variable)?.Split(',').Select(long.Parse).ToList() is not [var put, var copy, var upload, var part])
            return;
        MultipartLimits.Default = new() { LargestPut = put, LargestCopy = copy, UploadPart = upload, CopyPart = part };
    }
}
