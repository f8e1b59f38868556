using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using S3Scheduler.Api.Tests.Hosting;

[assembly: HostingStartup(typeof(FaultAtStart))]

namespace S3Scheduler.Api.Tests.Hosting;

/// <summary>Only wrong settings are reported in one line. Every other fault shows its stack trace.</summary>
public sealed class FaultAtStartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_fault_of_the_service_at_its_start_shows_its_stack_trace()
    {
        var (exitCode, output) = await ServiceProcess.RunAsync(
            _folder.Path, ("ASPNETCORE_HOSTINGSTARTUPASSEMBLIES", typeof(FaultAtStart).Assembly.GetName().Name!),
            (FaultAtStart.Variable, "1"));

        exitCode.ShouldNotBe(0, output);
        output.ShouldContain(FaultAtStart.Message);
        output.ShouldContain($"   at {typeof(FaultAtStart).FullName}");
    }
}

/// <summary>Runs in a service that a test starts, and fails its start if the variable is set.</summary>
public sealed class FaultAtStart : IHostingStartup
{
    public const string Variable = "TEST_FAULT_AT_START";
    public const string Message = "This is a fault of the service itself.";

    public void Configure(IWebHostBuilder builder)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not null)
            builder.ConfigureServices(services => services.AddSingleton<ILoggerProvider>(_ => Fail()));
    }

    private static ILoggerProvider Fail() => throw new InvalidOperationException(Message);
}
