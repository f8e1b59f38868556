namespace S3Scheduler.Api.Storage;

/// <param name="Key">1 to 1,024 bytes of UTF-8, used literally; <c>..</c> has no special meaning.</param>
public readonly record struct ObjectAddress(string Bucket, string Key)
{
    public override string ToString() => $"{Bucket}/{Key}";
}
