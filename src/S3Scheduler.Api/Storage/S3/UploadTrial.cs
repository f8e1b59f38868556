using System.Net;
using System.Text.RegularExpressions;

namespace S3Scheduler.Api.Storage.S3;

/// <summary>
/// Sends presigned PUTs with one header that was not signed. AWS refuses such a PUT. A server that takes it makes every
/// URL a way to read what the credentials can read, or to open, tag or redirect what is uploaded.
/// </summary>
/// <param name="isGuarded">Whether the URLs have the guards of <see cref="S3ObjectStore"/>.</param>
/// <param name="send">Sends a request about an object as it is.</param>
internal sealed partial class UploadTrial(
    S3ObjectStore store, bool isGuarded,
    Func<ObjectAddress, HttpRequestMessage, CancellationToken, Task<(HttpStatusCode Status, string Body)>> send)
{
    private const string CopySource = "x-amz-copy-source";

    // Ceph takes this for the header above. A gateway that refuses unsigned headers may not know that.
    private const string CopySourceAsCephReadsIt = "x_amz_copy_source";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>Eight requests, and fewer if a header is taken.</summary>
    /// <param name="marker">The source of the copies. If one succeeds, no secret was read.</param>
    public async Task<PutTrialResult> RunAsync(ObjectAddress marker, Random random, CancellationToken cancellation)
    {
        var target = marker with { Key = $"{marker.Key}-{random.NextInt64():x16}" };
        var second = target with { Key = $"{target.Key}-2" };
        try
        {
            return await TryAsync(marker, target, second, cancellation);
        }
        finally
        {
            await store.DeleteAsync(marker.Bucket, [new(target.Key), new(second.Key)], CancellationToken.None);
        }
    }

    private async Task<PutTrialResult> TryAsync(
        ObjectAddress marker, ObjectAddress target, ObjectAddress second, CancellationToken cancellation)
    {
        var source = $"/{marker.Bucket}/{marker.Key}";
        (string Name, string Value)[] unsigned =
        [
            (CopySource, source),
            ("x-amz-acl", "public-read"),
            ("x-amz-grant-read", "uri=\"http://acs.amazonaws.com/groups/global/AllUsers\""),
            ("x-amz-tagging", "trial=1"),
            ("x-amz-website-redirect-location", "/"),
        ];
        foreach (var header in unsigned)
            if (IsTaken((await PutAsync(target, header, cancellation)).Status)) return new(Taken: header.Name);

        // Without a PUT that succeeds, the refusals above prove nothing.
        var (status, body) = await PutAsync(target, null, cancellation);
        if (!IsSuccess(status)) return new(Refusal: $"{(int)status} {Code().Match(body).Value}".TrimEnd());

        // AWS ignores this header, as it does any that it does not know.
        var odd = await PutAsync(second, (CopySourceAsCephReadsIt, source), cancellation);
        return new(odd.Body.Contains("CopyObjectResult", StringComparison.Ordinal) ? CopySource : null);
    }

    private async Task<(HttpStatusCode Status, string Body)> PutAsync(
        ObjectAddress target, (string Name, string Value)? unsigned, CancellationToken cancellation)
    {
        var expiresAt = ServerTime.WholeSeconds(store.Clock.Latest + Lifetime);
        var put = await store.PresignAsync(target, new(), new(null, null), expiresAt, isGuarded, null, cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Put, put.Url) { Content = new ByteArrayContent([]) };
        foreach (var (name, value) in put.Headers)
            if (!name.Equals(unsigned?.Name, StringComparison.OrdinalIgnoreCase)) Add(name, value);
        if (unsigned is { } header) Add(header.Name, header.Value);
        var answer = await send(target, request, cancellation);
        var code = Code().Match(answer.Body).Value;
        if (!S3Faults.IsTransient(answer.Status, code)) return answer;
        throw new StoreException(
            code.Length > 0 ? code : $"{answer.Status}",
            $"The answer to a presigned PUT of {target} has the status {(int)answer.Status}.", isTransient: true);

        void Add(string name, string value)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content.Headers.TryAddWithoutValidation(name, value);
        }
    }

    // A server that does not find the source has looked for it.
    private static bool IsTaken(HttpStatusCode status) => IsSuccess(status) || status == HttpStatusCode.NotFound;

    private static bool IsSuccess(HttpStatusCode status) => (int)status is >= 200 and < 300;

    [GeneratedRegex(@"(?<=<Code>)\w{1,64}(?=</Code>)")]
    private static partial Regex Code();
}
