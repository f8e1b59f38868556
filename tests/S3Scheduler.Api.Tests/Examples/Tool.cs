using System.ComponentModel;
using System.Diagnostics;

namespace S3Scheduler.Api.Tests.Examples;

/// <summary>Runs programs. Tests whose program is missing are skipped; with REQUIRE_ALL=1 they fail.</summary>
internal static class Tool
{
    /// <param name="arguments">Arguments of a call that succeeds if the program works.</param>
    public static async Task RequireAsync(string tool, params string[] arguments)
    {
        var isHere = await IsHereAsync(tool, arguments);
        var missing = $"{tool} {string.Join(' ', arguments)} does not work here";
        Assert.SkipWhen(!isHere && Environment.GetEnvironmentVariable("REQUIRE_ALL") != "1", missing);
        Assert.True(isHere, $"{missing}, and REQUIRE_ALL=1.");
    }

    /// <returns>What the program wrote.</returns>
    public static async Task<string> RunAsync(string folder, string tool, params string[] arguments)
    {
        var (exitCode, output) = await CallAsync(folder, tool, arguments);
        TestContext.Current.TestOutputHelper!.WriteLine(output);
        exitCode.ShouldBe(0, output);
        return output;
    }

    private static async Task<bool> IsHereAsync(string tool, string[] arguments)
    {
        try
        {
            return (await CallAsync(Path.GetTempPath(), tool, arguments)).ExitCode == 0;
        }
        catch (Win32Exception) // no such file
        {
            return false;
        }
    }

    private static async Task<(int ExitCode, string Output)> CallAsync(string folder, string tool, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var cancellation = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, await output + await errors);
    }
}
