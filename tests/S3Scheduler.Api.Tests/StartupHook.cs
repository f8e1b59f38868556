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
        if (Environment.GetEnvironmentVariable(S3Recorder.Variable) is not null) _recorder ??= new S3Recorder();
        LoweredLimits.Hear();
    }
}
