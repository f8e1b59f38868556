using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using S3Scheduler.Api.Http.Security;
using S3Scheduler.Api.Tests.Http.Security;

namespace S3Scheduler.Api.Tests.Http.Fuzz;

public sealed partial class FuzzTests(ITestOutputHelper output)
{
    private const int Count = 5_000;
    private const int CountWithoutScope = 1_250;
    private const int AtOnce = 8;

    // A machine that sends more than the default limit would be told so, and not what is wrong.
    private static readonly (string Key, string Value) NoLimit = ("Scheduler:RequestsPerSecond", "1000000");

    /// <summary>The environment variable FUZZ_SEED sets another one.</summary>
    private static readonly int Seed =
        int.Parse(Environment.GetEnvironmentVariable("FUZZ_SEED") ?? "20261121", provider: null);

    [Fact]
    public async Task Thousands_of_malformed_requests_to_every_route_are_refused_as_problems_and_change_nothing()
    {
        output.WriteLine($"FUZZ_SEED={Seed}");
        using var local = new LocalService(NoLimit);
        var kept = await local.Client.PostAsync(Form.To("reports", "kept").DueAt("2030-01-01T00:00:00Z"));
        var before = local.Files();
        var requests = new MalformedRequests(new Random(Seed), kept.Location).Take(Count).ToList();

        var answers = new RawAnswer[Count];
        var stop = Core.Cancellation;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop };
        await Parallel.ForAsync(0, Count, parallel, async (i, cancellation) =>
            answers[i] = await RawHttp.SendAsync(
                local.Address, requests[i].Bytes, requests[i].Refused == RefusedBy.Nobody, cancellation));

        var wrong = requests.Zip(answers).Index().Where(r => !IsRefused(r.Item.First, r.Item.Second))
            .Select(r => Describe(r.Index, r.Item)).ToList();
        wrong.ShouldBeEmpty($"FUZZ_SEED={Seed}: {wrong.Count} were not refused as problems.");
        answers.Select(a => a.Head + a.Body)
            .ShouldAllBe(text => !Leak().IsMatch(text) && !text.Contains(local.Folder, StringComparison.Ordinal));
        local.Files().ShouldBe(before);
        (await local.Client.GetAsync(kept.Location)).Status.ShouldBe(200);

        // Each category took part. The output shows how many answers had which status.
        foreach (var category in requests.Zip(answers).GroupBy(r => r.First.Category))
        {
            category.Count().ShouldBeGreaterThanOrEqualTo(10, category.Key);
            var statuses = category.CountBy(r => r.Second.Status).Select(s => $"{s.Value} x {s.Key}");
            output.WriteLine($"{category.Key}: {string.Join(", ", statuses)}");
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(ApiKeyHandler.Header + ": s3s_wrong")]
    [InlineData("Authorization: Bearer eyJhbGciOiJub25lIn0.e30.")]
    [InlineData(ApiKeyHandler.Header + ": s3s_without-schedules-write", Scopes.Read, Scopes.Sweep)]
    public async Task Without_the_scope_nothing_is_stored_and_no_request_is_a_fault(
        string? credentials, params string[] scopes)
    {
        output.WriteLine($"FUZZ_SEED={Seed}");
        using var closed = new ClosedService(NoLimit);
        var kept = await closed.PostAsync(Form.To("reports", "kept").DueAt("2030-01-01T00:00:00Z"), ClosedService.Full);
        var before = closed.Local.Files();
        var requests = new MalformedRequests(new Random(Seed), kept.Location).Take(CountWithoutScope)
            .Select(request => request with { Bytes = WithHeader(request.Bytes, credentials) }).ToList();
        requests.AddRange(ValidRequests(kept.Location).Where(valid => !scopes.Contains(valid.Scope)).Select(valid =>
            new MalformedRequest("valid", WithHeader(valid.Bytes, credentials), RefusedBy.Service)));

        var wrong = new ConcurrentBag<string>();
        var stop = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Core.Cancellation };
        await Parallel.ForEachAsync(requests, stop, async (request, cancellation) =>
        {
            var isEnded = request.Refused == RefusedBy.Nobody;
            var answer = await RawHttp.SendAsync(closed.Local.Address, request.Bytes, isEnded, cancellation);
            // Health is open to all.
            var isHealth = Encoding.Latin1.GetString(request.Bytes).Split('\r')[0].Contains("/health/");
            if (!IsRefused(request, answer) && !isHealth) wrong.Add(Describe(0, (request, answer)));
        });

        wrong.ShouldBeEmpty($"FUZZ_SEED={Seed}: {wrong.Count} were not refused.");
        closed.Local.Files().ShouldBe(before);
    }

    private static IEnumerable<(string Scope, byte[] Bytes)> ValidRequests(string schedule)
    {
        const string Close = "HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
        var form = Form.To("reports", "a").DueAt("2030-01-01T00:00:00Z").ToBytes();
        var type = $"Content-Type: multipart/form-data; boundary={Form.Boundary}\r\n";
        var head = $"POST /schedules {Close}{type}Content-Length: {form.Length}\r\n\r\n";
        yield return (Scopes.Write, [.. Encoding.ASCII.GetBytes(head), .. form]);
        (string Scope, string Line)[] others =
        [
            (Scopes.Write, $"DELETE {schedule}"), (Scopes.Write, "POST /schedules/retry"),
            (Scopes.Write, "POST /schedules/cancel?from=2000-01-01T00:00Z"), (Scopes.Read, "GET /schedules/summary"),
            (Scopes.Write, "POST /schedules/reschedule?from=2000-01-01T00:00Z&by=PT1H"),
            (Scopes.Sweep, "POST /sweeps"), (Scopes.Read, "GET /schedules"),
        ];
        foreach (var (scope, line) in others)
            yield return (scope, Encoding.ASCII.GetBytes($"{line} {Close}Content-Length: 0\r\n\r\n"));
    }

    // After the first line, if there is one.
    private static byte[] WithHeader(byte[] request, string? header)
    {
        var end = request.AsSpan().IndexOf("\r\n"u8);
        return header is null || end < 0
            ? request
            : [.. request[..(end + 2)], .. Encoding.ASCII.GetBytes($"{header}\r\n"), .. request[(end + 2)..]];
    }

    private static bool IsRefused(MalformedRequest request, RawAnswer answer) => answer.Status switch
    {
        0 => request.Refused == RefusedBy.Nobody,
        StatusCodes.Status429TooManyRequests => false,
        >= 400 and < 500 =>
            answer.IsProblem(IsHead(request)) || request.Refused != RefusedBy.Service && answer.Body.Length == 0,
        _ => false,
    };

    private static bool IsHead(MalformedRequest request) => request.Bytes.AsSpan().StartsWith("HEAD "u8);

    // A path of the server, a stack trace, or the name of an exception.
    [GeneratedRegex(@"/(tmp|home|root|usr|app|proc)/|[A-Z]:\\|\.cs\b|\bat [A-Z]\w+\.|Exception\b|System\.")]
    private static partial Regex Leak();

    private static string Describe(int index, (MalformedRequest Request, RawAnswer Answer) sent)
    {
        var request = Encoding.Latin1.GetString(sent.Request.Bytes);
        return $"#{index} {sent.Request.Category}: {sent.Answer.Status} {sent.Answer.Body}\n"
            + $"{request[..Math.Min(request.Length, 1_500)]}\n";
    }
}
