using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;

namespace S3Scheduler.Api.Http.Otlp;

/// <summary>
/// Where one signal is sent by OTLP, as the standard's variables say it. The exporter itself reads only those that are
/// for all signals. Those for one alone win.
/// </summary>
public sealed class OtlpSettings
{
    private const string Service = "s3-scheduler";
    private const string All = "OTEL_EXPORTER_OTLP_";

    private readonly IConfiguration _configuration;
    private readonly string _own;
    private readonly Uri? _endpoint;

    /// <param name="signal">METRICS or TRACES.</param>
    /// <exception cref="StartupException">An endpoint is no URL.</exception>
    public OtlpSettings(IConfiguration configuration, string signal)
    {
        (_configuration, _own) = (configuration, $"{All}{signal}_");
        _endpoint = ReadUrl(_own + "ENDPOINT");
        HasEndpoint = _endpoint is not null || ReadUrl(All + "ENDPOINT") is not null;
    }

    /// <summary>False: nothing is sent.</summary>
    public bool HasEndpoint { get; }

    /// <summary>Names the service. OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last, and win.</summary>
    public static void AddResource(ResourceBuilder resource) =>
        resource.AddService(Service).AddEnvironmentVariableDetector();

    public void Apply(OtlpExporterOptions otlp)
    {
        if (Own("PROTOCOL") is { } protocol)
            otlp.Protocol = protocol == "grpc" ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        if (Own("HEADERS") is { } headers) otlp.Headers = headers;
        if (int.TryParse(Own("TIMEOUT"), out var milliseconds)) otlp.TimeoutMilliseconds = milliseconds;
        if (_endpoint is not null) otlp.Endpoint = _endpoint;
    }

    private string? Own(string name) => _configuration[_own + name] is { Length: > 0 } value ? value : null;

    private Uri? ReadUrl(string name)
    {
        if (_configuration[name] is not { Length: > 0 } text) return null;
        // The exporter would ignore it, and send to localhost.
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url : throw new StartupException($"{name} is not an http or https URL: '{text}'.");
    }
}
