using System.Diagnostics;

namespace S3Scheduler.Api.Tests.Storage.Local;

/// <summary>A directory that only one test uses.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private static readonly EnumerationOptions Everything =
        new() { RecurseSubdirectories = true, AttributesToSkip = 0 };

    public string Path { get; } = Directory.CreateTempSubdirectory("local-store-").FullName;

    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    public IEnumerable<string> Files(string folder = "") => Directory
        .EnumerateFiles(this[folder], "*", Everything)
        .Select(file => System.IO.Path.GetRelativePath(this[folder], file))
        .Order(StringComparer.Ordinal);

    /// <summary>Makes a pipe, which blocks whoever opens it.</summary>
    /// <exception cref="IOException">Such as when something is there.</exception>
    public void MakePipe(string relative)
    {
        using var made = Process.Start("mkfifo", [this[relative]]);
        made.WaitForExit();
        if (made.ExitCode != 0) throw new IOException($"mkfifo {relative}: exit code {made.ExitCode}");
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
