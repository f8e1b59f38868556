using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace S3Scheduler.Api.Http.Security;

/// <summary>
/// Whether the keys of the tokens' issuer are known: without them, every token looks wrong. While the issuer does not
/// answer, one request asks it, at most every few seconds, and the others do not wait for it again.
/// </summary>
public sealed class IssuerKeys(TimeProvider time) : IDisposable
{
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1);
    private volatile bool _areKnown;
    private long? _failedAt;

    public async Task<bool> AreKnownAsync(
        IConfigurationManager<OpenIdConnectConfiguration> issuer, CancellationToken cancellation)
    {
        if (_areKnown) return true;
        await _one.WaitAsync(cancellation);
        try
        {
            if (_areKnown) return true;
            if (_failedAt is { } failed && time.GetElapsedTime(failed) < Pause) return false;
            await issuer.GetConfigurationAsync(CancellationToken.None); // it has a time limit of its own
            return _areKnown = true;
        }
        catch (InvalidOperationException)
        {
            _failedAt = time.GetTimestamp();
            return false;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
