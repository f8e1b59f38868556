using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using S3Scheduler.Api.Tests.Examples;

namespace S3Scheduler.Api.Tests.Deploy;

/// <summary>What the Dockerfile says of the image, and the program that the image runs.</summary>
internal static partial class Image
{
    private static readonly string Dockerfile = File.ReadAllText(Path.Combine(HouseTests.Root, "Dockerfile"));

    /// <summary>What the image sets.</summary>
    public static (string Key, string Value)[] Variables { get; } =
    [
        .. Variable().Matches(Instructions("ENV", Dockerfile).Single())
            .Select(m => (m.Groups["name"].Value, m.Groups["value"].Value)),
    ];

    /// <summary>
    /// Builds the program as the Dockerfile does, from what .dockerignore lets through. Without Lambda's hosting, which
    /// not every registry has.
    /// </summary>
    /// <param name="folder">An empty one.</param>
    /// <returns>The folder of the program.</returns>
    public static async Task<string> BuildAsync(string folder)
    {
        var (source, program) = (Path.Combine(folder, "source"), Path.Combine(folder, "app"));
        await Tool.RunAsync(HouseTests.Root, "bash", "-c", $"""
            set -e
            mkdir '{source}'
            sed -n 's/^!//p' .dockerignore | tar -c --exclude=bin --exclude=obj -T - | tar -x -C '{source}'
            """);
        var build = Dockerfile[..Dockerfile.LastIndexOf("\nFROM ", StringComparison.Ordinal)];
        var architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
        foreach (var command in Instructions("RUN", build))
            await Tool.RunAsync(source, "bash", "-c", $"""
                set -e
                TARGETARCH={architecture} LAMBDA_HOSTING=false VERSION=0.0.0
                {command.Replace("/app", program, StringComparison.Ordinal)}
                """);
        return program;
    }

    // With the lines that continue it.
    private static IEnumerable<string> Instructions(string name, string text) =>
        Regex.Matches(text, $@"^{name} (?<text>(.*\\\n)*.*)$", RegexOptions.Multiline)
            .Select(m => m.Groups["text"].Value);

    [GeneratedRegex(@"(?<name>\w+)=(?<value>\S+)")]
    private static partial Regex Variable();
}
