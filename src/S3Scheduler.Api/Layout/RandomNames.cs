namespace S3Scheduler.Api.Layout;

public static class RandomNames
{
    private const int Bytes = 16;

    /// <summary>A unique name of 32 hex digits.</summary>
    public static string NextName(this Random random)
    {
        var bytes = new byte[Bytes];
        random.NextBytes(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
