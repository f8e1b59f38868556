using System.Diagnostics;
using S3Scheduler.Api.Tests.Deploy;

[assembly: AssemblyFixture(typeof(S3Recorder))]

namespace S3Scheduler.Api.Tests.Deploy;

/// <summary>
/// Records every request that the S3 adapter sends, in all tests and in the services that they start. It listens to the
/// events of .NET's HTTP client, so the service does not know about it.
/// </summary>
public sealed class S3Recorder : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    public const string Variable = "S3_TEST_RECORD";

    private const string Sending = "System.Net.Http.Request";

    private readonly Lock _lock = new();
    private readonly HashSet<string> _seen = [];
    private readonly StreamWriter _file;
    private readonly IDisposable _subscription;

    public S3Recorder()
    {
        // Each line is written at once, because a service may be killed at any time.
        _file = new StreamWriter(Path.Combine(Folder, $"{Environment.ProcessId}")) { AutoFlush = true };
        _subscription = DiagnosticListener.AllListeners.Subscribe(this);
    }

    /// <summary>Each process writes a file of its own in it. Services get it in their environment.</summary>
    internal static string Folder { get; } =
        Environment.GetEnvironmentVariable(Variable) ?? Directory.CreateTempSubdirectory("s3-requests-").FullName;

    internal static IReadOnlyCollection<S3Request> Requests =>
        [.. Directory.EnumerateFiles(Folder).SelectMany(Lines).Distinct().Select(S3Request.Parse)];

    void IObserver<DiagnosticListener>.OnNext(DiagnosticListener value)
    {
        if (value.Name == "HttpHandlerDiagnosticListener") value.Subscribe(this, (name, _, _) => name == Sending);
    }

    void IObserver<KeyValuePair<string, object?>>.OnNext(KeyValuePair<string, object?> value)
    {
        // Not the requests that tests send to check results.
        if (value.Key != Sending || S3Call.Current is null) return;
        var request = (HttpRequestMessage)value.Value!.GetType().GetProperty("Request")!.GetValue(value.Value)!;
        // The SDK asks other services for credentials in the middle of a call.
        if (!request.Headers.NonValidated.TryGetValues("Authorization", out var signature)
            || !signature.ToString().Contains("/s3/aws4_request", StringComparison.Ordinal)) return;
        request.Headers.TryGetValues("x-amz-copy-source", out var source);
        var line = S3Request.Of(request.Method.Method, request.RequestUri!.PathAndQuery, source?.Single()).ToLine();
        lock (_lock)
            if (_seen.Add(line)) _file.WriteLine(line);
    }

    public void OnCompleted() { }

    public void OnError(Exception error) { }

    public void Dispose()
    {
        _subscription.Dispose();
        _file.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    // The last line may be incomplete.
    private static string[] Lines(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n')[..^1];
    }
}
