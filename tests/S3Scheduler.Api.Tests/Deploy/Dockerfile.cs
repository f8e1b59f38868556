namespace S3Scheduler.Api.Tests.Deploy;

internal static class Dockerfile
{
    /// <summary>The folder that the image gives to the service to write to.</summary>
    public const string Data = "/data";

    /// <summary>The environment that the image sets.</summary>
    public static IReadOnlyDictionary<string, string> Settings { get; } = Read();

    private static Dictionary<string, string> Read()
    {
        const string env = "ENV ";
        var text = File.ReadAllText(Path.Combine(HouseTests.Root, "Dockerfile"));
        return text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')
            .Where(line => line.StartsWith(env, StringComparison.Ordinal))
            .SelectMany(line => line[env.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(setting => setting.Split('=', 2)).ToDictionary(setting => setting[0], setting => setting[1]);
    }
}
