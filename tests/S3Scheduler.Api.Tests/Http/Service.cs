using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>
/// The whole service on a socket of its own. The test sets its time. It sweeps only on request, unless it has a worker.
/// </summary>
internal sealed class Service : WebApplicationFactory<Program>
{
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly TimeProvider _time;
    private readonly IObjectStore? _store;
    private readonly LogLines? _log;

    /// <param name="store">Instead of the one that the settings name.</param>
    /// <param name="log">With it the service has its worker, and logs there.</param>
    public Service(
        TimeProvider time, IReadOnlyDictionary<string, string> settings, IObjectStore? store = null,
        LogLines? log = null)
    {
        (_time, _settings, _store, _log) = (time, settings, store, log);
        UseKestrel();
        StartServer();
        var addresses = Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        Address = new Uri(addresses!.Addresses.Single());
        Client = new Client(Address);
    }

    public Uri Address { get; }

    public Client Client { get; }

    public IObjectStore Store => Services.GetRequiredService<IObjectStore>();

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production").UseSetting("urls", "http://127.0.0.1:0")
            .UseSetting("Logging:LogLevel:Default", _log is null ? "None" : "Information");
        foreach (var (key, value) in _settings) builder.UseSetting(key, value);
        builder.ConfigureTestServices(services =>
        {
            services.Replace(ServiceDescriptor.Singleton(_time));
            if (_store is not null) services.Replace(ServiceDescriptor.Singleton(_store));
            if (_log is not null) services.AddLogging(logging => logging.ClearProviders().AddProvider(_log));
            // On Lambda there is none.
            else if (services.SingleOrDefault(s => s.ImplementationType == typeof(SweepWorker)) is { } worker)
                services.Remove(worker);
        });
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) Client?.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>A service with a local store in its own folder. The test moves its time.</summary>
internal sealed class LocalService : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Service _service;

    public LocalService(params IEnumerable<(string Key, string Value)> settings)
    {
        var all = new Dictionary<string, string> { ["Scheduler:LocalPath"] = _folder.Path };
        foreach (var (key, value) in settings) all[key] = value;
        _service = new Service(Time, all);
    }

    public string Folder => _folder.Path;

    public TemporaryFolder Root => _folder;

    public ManualTime Time { get; } = new();

    public DateTimeOffset Now => Time.GetUtcNow();

    public Client Client => _service.Client;

    public Uri Address => _service.Address;

    public Service Service => _service;

    /// <summary>Lets time pass, and sweeps.</summary>
    public async Task<Answer> SweepAfterAsync(TimeSpan by)
    {
        Time.Advance(by);
        // The sweep knows the new time from the store's answer.
        (await Client.GetAsync("/health/ready")).Status.ShouldBe(200);
        return await Client.SweepAsync();
    }

    /// <summary>The delivered content; null if there is none.</summary>
    public byte[]? Delivered(string bucket, string key) =>
        File.Exists(_folder[$"{bucket}/{key}"]) ? File.ReadAllBytes(_folder[$"{bucket}/{key}"]) : null;

    /// <summary>Every file of the store, with its content.</summary>
    public IReadOnlyDictionary<string, string> Files() =>
        _folder.Files().ToDictionary(file => file, file => Convert.ToHexString(File.ReadAllBytes(_folder[file])));

    public void Dispose()
    {
        _service.Dispose();
        _folder.Dispose();
    }
}
