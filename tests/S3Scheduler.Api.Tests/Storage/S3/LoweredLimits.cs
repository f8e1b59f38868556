using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

[assembly: HostingStartup(typeof(LoweredLimits))]

namespace S3Scheduler.Api.Tests.Storage.S3;

/// <summary>Makes small objects go in parts: here, and in the services that tests start.</summary>
internal sealed class LoweredLimits : IHostingStartup
{
    private const string Variable = "S3_TEST_LIMITS";

    /// <summary>The least that servers accept, except for the last part.</summary>
    private const long SmallestPart = 5 << 20;

    /// <summary>What has more than one byte is copied in parts; what is bigger than one part is stored in parts.</summary>
    public static MultipartLimits ForCopies { get; } =
        new() { LargestPut = SmallestPart, LargestCopy = 1, UploadPart = SmallestPart, CopyPart = SmallestPart };

    /// <summary>The same for all that is stored.</summary>
    public static MultipartLimits ForAll { get; } = ForCopies with { LargestPut = 1 };

    /// <summary>Tells a service that a test starts, in its environment.</summary>
    public static (string Key, string Value) Tell(MultipartLimits limits) =>
        (Variable, $"{limits.LargestPut},{limits.LargestCopy},{limits.UploadPart},{limits.CopyPart}");

    /// <summary>In that service, before its own code: has ASP.NET Core call <see cref="Configure"/>.</summary>
    public static void Hear()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null) return;
        var name = typeof(LoweredLimits).Assembly.GetName().Name;
        Environment.SetEnvironmentVariable($"ASPNETCORE_{WebHostDefaults.HostingStartupAssembliesKey}", name);
    }

    /// <summary>Registers the limits before the service registers its own.</summary>
    public void Configure(IWebHostBuilder builder) => builder.ConfigureServices(services =>
    {
        var limits = Environment.GetEnvironmentVariable(Variable)!.Split(',').Select(long.Parse).ToList();
        services.AddSingleton(new MultipartLimits
        {
            LargestPut = limits[0],
            LargestCopy = limits[1],
            UploadPart = limits[2],
            CopyPart = limits[3],
        });
    });
}
