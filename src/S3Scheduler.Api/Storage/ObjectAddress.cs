namespace S3Scheduler.Api.Storage;

/// <summary>Where an object lies.</summary>
/// <param name="Key">1 to 1,024 bytes of UTF-8, taken literally: no segment has a meaning of its own.</param>
public readonly record struct ObjectAddress(string Bucket, string Key)
{
    public override string ToString() => $"{Bucket}/{Key}";
}
