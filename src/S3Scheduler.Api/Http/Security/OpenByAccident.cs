namespace S3Scheduler.Api.Http.Security;

/// <summary>
/// Stops the start of a service that others could reach although nothing says who may call it, or where it may deliver
/// to.
/// </summary>
public static class OpenByAccident
{
    private const string NobodyIsAsked = """
        who may call it. Do one of these:
          - say who may call: Authentication:ApiKeys ('keys new' makes a key) or Authentication:Jwt
          - listen on this machine only, for example --urls=http://localhost:5080
          - set Authentication:Anonymous=true, if something in front of the service authorizes its callers
        """;

    private const string AnyDestination = """
        where it may deliver to. List the buckets in Scheduler:Destinations (bucket or bucket/prefix); '*' alone means
        anywhere that its credentials can write to.
        """;

    /// <param name="reachable">Where other machines can reach the service.</param>
    /// <exception cref="StartupException">It would be open by accident. The message says what to do.</exception>
    public static void Refuse(
        IReadOnlyList<string> reachable, AuthenticationSettings authentication, SchedulerOptions options)
    {
        if (reachable is []) return;
        var where = $"The service would listen beyond this machine ({string.Join(", ", reachable)}), and nothing says";
        if (!authentication.IsRequired && !authentication.Anonymous)
            throw new StartupException($"{where} {NobodyIsAsked}");
        if (options.Storage == StorageKind.S3 && options.Destinations is [])
            throw new StartupException($"{where} {AnyDestination}");
    }
}
