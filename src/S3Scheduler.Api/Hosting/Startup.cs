using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace S3Scheduler.Api.Hosting;

public static class Startup
{
    /// <summary>The logger category of what starts the server and the worker.</summary>
    private const string Host = "Microsoft.Extensions.Hosting.Internal.Host";

    /// <summary>
    /// Leaves the fault of a start to <see cref="RunAsync"/>: the host would log it before, with its stack trace. What
    /// the host has to say later, such as that the worker broke, is logged.
    /// </summary>
    public static void LeaveFaultsOfTheStart(this ILoggingBuilder logging) => logging.Services
        .AddOptions<LoggerFilterOptions>()
        .Configure<IServiceProvider>((filters, provider) => filters.AddFilter(Host, level =>
            level >= LogLevel.Information
            && provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.IsCancellationRequested));

    /// <summary>
    /// Runs the service until it is stopped. A wrong setting ends it with one line that says what to do; every other
    /// fault comes through with its stack trace.
    /// </summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Func<WebApplication> build)
    {
        try
        {
            // What is logged last is written when the app is disposed.
            await using var app = build();
            await app.Services.GetRequiredService<SpoolCheck>().RunAsync();
            await app.Services.GetRequiredService<StoreCheck>().RunAsync();
            app.Services.GetRequiredService<StartLine>().Write();
            await StartAsync(app);
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception e) when (e is StartupException or OptionsValidationException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static async Task StartAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception e) when (e is FormatException or IOException { InnerException: AddressInUseException })
        {
            // An address that can't be listened on. The message names it.
            throw new StartupException(e.Message, e);
        }
    }
}
