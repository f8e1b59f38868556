/// <summary>
/// Runs in the services that these programs start, before their own code (DOTNET_STARTUP_HOOKS). .NET demands this
/// name, without a namespace.
/// </summary>
internal static class StartupHook
{
    public static void Initialize() => LoweredLimits.Hear();
}
