using System.Diagnostics;
using System.Runtime.InteropServices;

namespace S3Scheduler.Api.Tests.Deploy;

/// <summary>
/// The service as its image runs it, but without Docker: the files that the Dockerfile publishes and the environment
/// that it sets, a user without rights, and a file system with one folder that can be written to.
/// </summary>
public sealed class PublishedImage : IAsyncLifetime
{
    /// <summary>Any that has nothing on this machine.</summary>
    private const string User = "1654";

    // The kernel's own file systems stay as they are, as in a container. dotnet may be where only its owner can read.
    private const string WithReadOnlyFiles = """
        data=$1 dotnet=$2 place=$3
        shift 3
        mount --bind "$data" "$data"
        mount --bind "$dotnet" "$place"
        while read -r _ mounted _; do
          case $mounted/ in
            "$data"/* | /dev/* | /proc/* | /sys/*) ;;
            *) mount -o remount,bind,ro "$mounted" ;;
          esac
        done < /proc/self/mounts
        exec "$@"
        """;

    // A user with rights makes the mounts and then becomes another one. All others are allowed to in a user namespace.
    private static readonly string[] Unshare =
        Environment.IsPrivilegedProcess ? ["--mount"] : ["--map-root-user", "--mount"];

    private static readonly string[] WithoutRights = Environment.IsPrivilegedProcess
        ? [$"--reuid={User}", $"--regid={User}", "--clear-groups", "--no-new-privs"]
        : ["--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"];

    private readonly TemporaryFolder _folder = new();

    private string App => _folder["app"];

    /// <summary>All published files together, in bytes.</summary>
    public long Size => new DirectoryInfo(App).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);

    /// <summary>
    /// Publishes what was built. The image has more: it is compiled in advance, which makes the files about twice as
    /// large, and has Lambda's hosting. Both need packages that nothing else needs.
    /// </summary>
    public async ValueTask InitializeAsync()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var (exitCode, output) = await RunAsync(
            ServiceProcess.Dotnet, "publish", Path.Combine(HouseTests.Root, "src", "S3Scheduler.Api"), "--no-build",
            "-c", configuration, "-o", App, "--self-contained", "false", "-p:UseAppHost=false", "-nodeReuse:false");
        exitCode.ShouldBe(0, output);
        Directory.CreateDirectory(_folder["dotnet"]);
        (exitCode, output) = await RunAsync("chmod", "-R", "a+rX,a-w", _folder.Path);
        exitCode.ShouldBe(0, output);
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("chmod", "-R", "u+w", _folder.Path);
        _folder.Dispose();
    }

    /// <param name="data">What the container has as /data.</param>
    /// <param name="store">What is set besides what the image sets.</param>
    internal async Task<ServiceProcess> StartAsync(string data, params (string Key, string Value)[] store)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Containers are for Linux.");
        await RunAsync("chmod", "a+rwx", data);
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        string[] program = ["setpriv", .. WithoutRights];
        var isReadOnly = (await RunAsync("unshare", [.. Unshare, "true"])).ExitCode == 0;
        if (isReadOnly)
            program = ["unshare", .. Unshare, "sh", "-euc", WithReadOnlyFiles, "sh", data, dotnet, _folder["dotnet"],
                .. program];
        else TestContext.Current.TestOutputHelper?.WriteLine("No namespaces here: only the user is without rights.");
        program = [.. program, Path.Combine(isReadOnly ? _folder["dotnet"] : dotnet, "dotnet"), "S3Scheduler.Api.dll"];

        var start = new ProcessStartInfo(program[0], program[1..]) { WorkingDirectory = App };
        foreach (var name in start.Environment.Keys.Where(name => name != "PATH").ToList())
            start.Environment.Remove(name);
        foreach (var (key, value) in Dockerfile.Settings)
            start.Environment[key] = value == Dockerfile.Data ? data : value;
        start.Environment["ASPNETCORE_HTTP_PORTS"] = "0"; // any free port
        foreach (var (key, value) in store) start.Environment[key] = value;
        var service = await ServiceProcess.StartAsync(start);
        service.Client.BaseAddress = new UriBuilder(service.Client.BaseAddress!) { Host = "127.0.0.1" }.Uri;
        return service;
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }
}
