namespace S3Scheduler.Api.Storage.Local;

/// <summary>What is kept of one version of an object beside its content.</summary>
/// <param name="Key">Its key: some file systems can't tell two keys apart that differ in case.</param>
internal sealed record LocalAttributes(string Key, FileVersion Version, string ETag, ObjectAttributes Attributes)
{
    private static readonly ObjectAttributes OfPlainFile = new() { ContentType = "application/octet-stream" };

    /// <summary>What a file is that a person put there.</summary>
    public static LocalAttributes Plain(string key, FileVersion version)
        => new(key, version, $"\"{version.Written.Ticks:x}-{version.Length:x}\"", OfPlainFile);

    public ObjectInfo ToInfo() => new(Version.Length, ETag, new DateTimeOffset(Version.Written), Attributes);
}
