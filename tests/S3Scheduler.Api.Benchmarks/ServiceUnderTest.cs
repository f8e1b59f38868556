using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using S3Scheduler.Api.Hosting;

namespace S3Scheduler.Api.Benchmarks;

/// <summary>The service as a process of its own, on an S3 server.</summary>
internal sealed class ServiceUnderTest : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Process _process;
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };

    private bool _isOver;

    private ServiceUnderTest(Process process, Uri address) => (_process, _http.BaseAddress) = (process, address);

    /// <summary>The most memory that was resident so far (VmHWM), in bytes.</summary>
    public long PeakMemory => 1024 * long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status")
            .Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))[6..^2],
        CultureInfo.InvariantCulture);

    /// <summary>The processor time that it has taken so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Returns when it listens.</summary>
    public static async Task<ServiceUnderTest> StartAsync(
        string endpoint, string bucket, AWSCredentials keys, IEnumerable<(string Key, string Value)> more)
    {
        var found = await keys.GetCredentialsAsync();
        var process = new Process
        {
            StartInfo = new("dotnet", typeof(SchedulerOptions).Assembly.Location)
            {
                RedirectStandardOutput = true,
                Environment =
                {
                    ["ASPNETCORE_URLS"] = "http://127.0.0.1:0", // a free port
                    ["AWS_ACCESS_KEY_ID"] = found.AccessKey,
                    ["AWS_SECRET_ACCESS_KEY"] = found.SecretKey,
                    ["AWS__ServiceURL"] = endpoint,
                    ["AWS__ForcePathStyle"] = "true",
                    ["Logging__LogLevel__Microsoft.AspNetCore"] = "Warning",
                    ["Scheduler__Storage"] = "S3",
                    ["Scheduler__Bucket"] = bucket,
                },
            },
        };
        foreach (var (key, value) in more) process.StartInfo.Environment[key] = value;
        var listening = new TaskCompletionSource<Uri>();
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Split("listening on: ") is [_, var text, ..])
                listening.TrySetResult(new Uri(text.Split('"')[0])); // of a line of text or of JSON
        };
        process.Start();
        process.BeginOutputReadLine();
        return new ServiceUnderTest(process, await listening.Task);
    }

    /// <summary>Schedules a file for delivery at once, in one request, and returns after the answer 201.</summary>
    public async Task PostAsync(string path, string bucket, string key)
    {
        await using var file = File.OpenRead(path);
        await PostAsync(TimeProvider.System.GetUtcNow(), bucket, key, new StreamContent(file, 1 << 20));
    }

    public async Task PostAsync(DateTimeOffset dueAt, string bucket, string key, HttpContent content)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent($"{dueAt:O}"), "dueAt" },
            { new StringContent(bucket), "bucket" },
            { new StringContent(key), "key" },
            { content, "content", "content.bin" },
        };
        using var answer = await _http.PostAsync(new Uri("/schedules", UriKind.Relative), form);
        answer.EnsureSuccessStatusCode();
    }

    public async Task<JsonNode> GetAsync(string path) =>
        JsonNode.Parse(await _http.GetStringAsync(new Uri(path, UriKind.Relative)))!;

    /// <returns>How many it delivered.</returns>
    public async Task<int> SweepAsync()
    {
        using var answer = await _http.PostAsync(new Uri("/sweeps", UriKind.Relative), null);
        var body = await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
        return (int)JsonNode.Parse(body)!["delivered"]!;
    }

    /// <summary>Returns when nothing is pending.</summary>
    public async Task DeliveredAsync()
    {
        while ((await GetAsync("/schedules"))["schedules"]!.AsArray().Count > 0)
            await Task.Delay(Pause, TimeProvider.System);
    }

    public void Dispose()
    {
        if (_isOver) return;
        _isOver = true;
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
        _http.Dispose();
    }
}
