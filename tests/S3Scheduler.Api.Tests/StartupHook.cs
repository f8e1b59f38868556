using System.Runtime.Loader;
using S3Scheduler.Api.Tests.Deploy;

/// <summary>
/// Runs in the services that tests start, before their own code (DOTNET_STARTUP_HOOKS). .NET demands this name, without
/// a namespace.
/// </summary>
internal static class StartupHook
{
    private static S3Recorder? _recorder;

    public static void Initialize()
    {
        // What a test adds to a service (IHostingStartup) needs assemblies that lie beside the tests.
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            Path.Combine(Path.GetDirectoryName(typeof(StartupHook).Assembly.Location)!, $"{name.Name}.dll") is var path
            && File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
        if (Environment.GetEnvironmentVariable(S3Recorder.Variable) is not null) _recorder ??= new S3Recorder();
        LoweredLimits.Hear();
    }
}
