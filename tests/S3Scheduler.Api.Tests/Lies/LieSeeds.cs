using System.Globalization;

namespace S3Scheduler.Api.Tests.Lies;

/// <summary>
/// The seeds of the runs. LIE_SEED=n runs that seed, and LIE_SEEDS=n as many, with 10,000 lies each; LIES sets another
/// number of lies.
/// </summary>
internal static class LieSeeds
{
    private const int Few = 400;
    private const int Many = 10_000;

    public static IReadOnlyList<ulong> All { get; } = Number("LIE_SEED") is { } one ? [one]
        : Number("LIE_SEEDS") is { } count ? [.. Enumerable.Range(1, (int)count).Select(n => (ulong)n)]
        : [1, (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()];

    /// <summary>How many lies a run tells.</summary>
    public static int Lies { get; } = (int?)Number("LIES")
        ?? (Number("LIE_SEEDS") is null && Number("LIE_SEED") is null ? Few : Many);

    private static ulong? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? ulong.Parse(text, CultureInfo.InvariantCulture)
            : null;
}
