using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>The whole service on a socket of its own. It sweeps when it is told to, and its time is the test's.</summary>
internal sealed class Service : WebApplicationFactory<Program>
{
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly TimeProvider _time;

    public Service(TimeProvider time, IReadOnlyDictionary<string, string> settings)
    {
        (_time, _settings) = (time, settings);
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
        builder.UseEnvironment("Production").UseSetting("urls", "http://127.0.0.1:0").UseSetting("Logging:LogLevel:Default", "None");
        foreach (var (key, value) in _settings) builder.UseSetting(key, value);
        builder.ConfigureTestServices(services =>
        {
            services.Replace(ServiceDescriptor.Singleton(_time));
            services.Remove(services.Single(s => s.ImplementationType == typeof(SweepWorker)));
        });
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) Client?.Dispose();
        base.Dispose(disposing);
    }
}
