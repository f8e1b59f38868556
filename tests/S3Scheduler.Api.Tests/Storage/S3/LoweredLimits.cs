using System.Runtime.Loader;
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

    /// <summary>Copies go in parts from two bytes on, and what is stored if it is bigger than one part.</summary>
    public static MultipartLimits ForCopies { get; } =
        new()
        {
            LargestPut = SmallestPart,
            LargestCopy = 1,
            UploadPart = SmallestPart,
            CopyPart = SmallestPart,
            StagedPart = SmallestPart,
        };

    /// <summary>The same for all that is stored.</summary>
    public static MultipartLimits ForAll { get; } = ForCopies with { LargestPut = 1 };

    /// <summary>Tells a service that a test starts, in its environment.</summary>
    public static (string Key, string Value) Tell(MultipartLimits limits) =>
        (Variable, $"{limits.LargestPut},{limits.LargestCopy},{limits.UploadPart},{limits.CopyPart}");

    /// <summary>In that service, before its own code: has ASP.NET Core call <see cref="Configure"/>.</summary>
    public static void Hear()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null) return;
        var tests = typeof(LoweredLimits).Assembly;
        Environment.SetEnvironmentVariable(
            $"ASPNETCORE_{WebHostDefaults.HostingStartupAssembliesKey}", tests.GetName().Name);
        // ASP.NET Core reads this assembly's attributes, and some are xunit's, which the service does not have.
        AssemblyLoadContext.Default.Resolving += (context, missing) =>
        {
            var file = Path.Combine(Path.GetDirectoryName(tests.Location)!, $"{missing.Name}.dll");
            return File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;
        };
    }

    /// <summary>Registers the limits before the service registers its own, if it was told some.</summary>
    public void Configure(IWebHostBuilder builder)
    {
        var told = Environment.GetEnvironmentVariable(Variable)?.Split(',').Select(long.Parse).ToList();
        if (told is not [var put, var copy, var uploadPart, var copyPart]) return;
        builder.ConfigureServices(services => services.AddSingleton(new MultipartLimits
        {
            LargestPut = put,
            LargestCopy = copy,
            UploadPart = uploadPart,
            CopyPart = copyPart,
        }));
    }
}
