using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace S3Scheduler.Api.Layout;

public sealed partial class ScheduleFolder
{
    private const int ClaimDigits = 4;

    /// <summary>The keys of all claims start with this. No LIST of schedules, failed ones or leases has them.</summary>
    public string ClaimsPrefix => Prefix + ".claims/";

    /// <summary>The keys of all claims on one schedule start with this; their numbers follow.</summary>
    // A hash, because a schedule's key may be as long as a server takes.
    public string ClaimsOn(ScheduleKey key) =>
        $"{ClaimsPrefix}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{key}")))}-";

    /// <summary>What the keys of all claims on the same schedule start with.</summary>
    public static string ClaimsLike(ListedClaim claim) => claim.Listed.Key[..^ClaimDigits];

    public ObjectAddress Claim(ScheduleKey key, int number) =>
        new(Bucket, ClaimsOn(key) + number.ToString($"D{ClaimDigits}", CultureInfo.InvariantCulture));

    public bool IsClaim(string key) => NumberOfClaim(key) is not null
        && key.StartsWith(ClaimsPrefix, StringComparison.Ordinal)
        && key.Length == ClaimsPrefix.Length + SHA256.HashSizeInBytes * 2 + 1 + ClaimDigits;

    /// <summary>The claims of a page.</summary>
    public IReadOnlyList<ListedClaim> ReadClaims(ObjectPage page) =>
    [
        .. page.Objects.Where(o => IsClaim(o.Key)).Select(o => new ListedClaim(NumberOfClaim(o.Key)!.Value, o)),
    ];

    private static int? NumberOfClaim(string key) =>
        int.TryParse(key[^Math.Min(key.Length, ClaimDigits)..], NumberStyles.None, CultureInfo.InvariantCulture,
            out var number) ? number : null;
}
