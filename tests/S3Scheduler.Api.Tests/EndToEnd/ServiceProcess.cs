using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using S3Scheduler.Api.Tests.Deploy;

namespace S3Scheduler.Api.Tests.EndToEnd;

/// <summary>The built service as a separate process, as a user runs it: real port, real clock, real signals.</summary>
internal sealed partial class ServiceProcess : IAsyncDisposable
{
    // It only ends a test that would hang.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    // The service does not inherit these settings from the machine that runs the tests.
    private static readonly string[] Settings =
    [
        "Scheduler__", "Authentication__", "Console__", "Metrics__", "OTEL_", "AllowedHosts", "AWS__", "ASPNETCORE_",
        "DOTNET_ENVIRONMENT", "URLS", "AWS_LAMBDA_",
    ];

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServiceProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public static string Dotnet { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>With it the worker sweeps at its start, and then only for due times while a test runs.</summary>
    public static (string Key, string Value) LongInterval { get; } = ("Scheduler__SweepInterval", "01:00:00");

    public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromMinutes(5) };

    /// <summary>What it has written so far to its output and error streams.</summary>
    public string Output
    {
        get { lock (_output) return _output.ToString(); }
    }

    public static bool ShowsMemory { get; } = File.Exists("/proc/self/status");

    /// <summary>The most memory that was resident so far (VmHWM), in bytes. Needs <see cref="ShowsMemory"/>.</summary>
    public long PeakMemory => 1024 * long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status")
            .Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))["VmHWM:".Length..^"kB".Length],
        CultureInfo.InvariantCulture);

    /// <summary>Returns when the service listens.</summary>
    public static Task<ServiceProcess> StartAsync(
        string workingFolder, params (string Key, string Value)[] configuration) =>
        StartAsync(Built(workingFolder, configuration));

    /// <inheritdoc cref="StartAsync(string, ValueTuple{string, string}[])"/>
    public static async Task<ServiceProcess> StartAsync(ProcessStartInfo start)
    {
        var service = new ServiceProcess(start);
        try
        {
            var exit = service.ExitAsync();
            if (await Task.WhenAny(service._listening.Task, exit) == exit)
                Assert.Fail($"The service ended with exit code {await exit}:\n{service.Output}");
            service.Client.BaseAddress = await service._listening.Task;
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a service that listens on no port.</summary>
    public static ServiceProcess Launch(string workingFolder, params (string Key, string Value)[] configuration) =>
        new(Built(workingFolder, configuration));

    /// <summary>Starts a service that is expected to end by itself.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string workingFolder, params (string Key, string Value)[] configuration)
    {
        await using var service = new ServiceProcess(Built(workingFolder, configuration));
        return (await service.ExitAsync(), service.Output);
    }

    /// <summary>Runs the program with these arguments, which are expected to start no service.</summary>
    public static async Task<(int ExitCode, string Output)> RunCommandAsync(
        string workingFolder, params string[] arguments)
    {
        await using var command = new ServiceProcess(Built(workingFolder, [], arguments));
        return (await command.ExitAsync(), command.Output);
    }

    /// <summary>Sends SIGTERM, and waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        await TerminateAsync();
        return await ExitAsync();
    }

    /// <summary>Sends SIGTERM.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Ends it at once, as kill -9 does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await ExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        TestContext.Current.TestOutputHelper?.WriteLine(Output);
        Client.Dispose();
        _process.Dispose();
    }

    private static ProcessStartInfo Built(
        string workingFolder, (string Key, string Value)[] configuration, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(Dotnet, [typeof(SchedulerOptions).Assembly.Location, .. arguments])
        {
            WorkingDirectory = workingFolder,
        };
        foreach (var key in start.Environment.Keys.Where(IsSetting).ToList()) start.Environment.Remove(key);
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0"; // any free port
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        start.Environment[S3Recorder.Variable] = S3Recorder.Folder;
        foreach (var (key, value) in configuration) start.Environment[key] = value;
        return start;
    }

    private static bool IsSetting(string variable) =>
        Settings.Any(prefix => variable.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(Limit, TimeProvider.System);
        return _process.ExitCode;
    }

    private void Take(string? line)
    {
        if (line is null) return;
        lock (_output) _output.AppendLine(line);
        if (Address().Match(line) is { Success: true } address) _listening.TrySetResult(new Uri(address.Value));
    }

    // In a line of text, or in a JSON string.
    [GeneratedRegex(@"(?<=Now listening on: )[^\s""]+")]
    private static partial Regex Address();
}
