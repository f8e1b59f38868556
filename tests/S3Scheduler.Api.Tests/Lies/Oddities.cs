using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using S3Scheduler.Api.Tests.Http;
using S3Scheduler.Api.Tests.Simulation;

namespace S3Scheduler.Api.Tests.Lies;

/// <summary>
/// What odd clients of a run do: they retry what fails again and again, list and read content with odd headers, post
/// metadata that a server can't keep, and prepare uploads that they never send.
/// </summary>
internal sealed class Oddities(Clients clients, MemoryS3 truth, TimeProvider time, ulong seed)
{
    /// <summary>A destination that is not there.</summary>
    public const string Gone = "gone-1";

    public const string RefusedMetadata = "refused metadata";

    private const string OddFailed = $"2026-11-20T00:00:00.000Z|{Gone}|odd";
    private const int MostFailed = 6;
    private const int AtOnce = 8;
    private const int Uploads = 40;

    // Valid answers of a healthy server: others can put any object into the folder.
    private static readonly (string ETag, (string Name, string Value)[] Headers)[] Odd =
    [
        ("\"abc\"", [("Content-Type", "text/plain"), ("Content-Disposition", "attachment; filename=\"\u00e9.txt\"")]),
        ("abc", [("Content-Disposition", "attachment; filename=\"\u00e9.txt\"")]),
        ("\"a\"b\"", [("Content-Language", "\u00e9"), ("Content-Encoding", "\u00fc")]),
        ("W/\"abc\"", [("Content-Type", "text/plain; charset=\u00fc")]),
        ("\"5d41-2\"", [("Content-Type", "text/plain"), ("Content-Disposition", "\u007f")]),
    ];

    private static readonly (string Name, string Value)[][] Unkept =
    [
        [("a_b", "1"), ("a-b", "2")], [("a-b_c", "1"), ("a_b-c", "2")], [("schedule_id", "forged")],
        [("schedule-id", "forged")],
    ];

    private readonly Dice _dice = new(Dice.Seed(seed, "odd clients"));
    private readonly ConcurrentQueue<string> _accepted = [];
    private readonly List<Retried> _retries = [];
    private int _posted;
    private int _prepared;

    /// <summary>The destination keys of the schedules that were taken and can't be delivered.</summary>
    public IReadOnlyCollection<string> Accepted => _accepted;

    public IReadOnlyList<Retried> Retries => _retries;

    /// <summary>While nobody lies: from when until when nothing was due but uploads that never come.</summary>
    public (DateTimeOffset From, DateTimeOffset To) Quiet { get; private set; }

    public static void Seed(MemoryS3 truth)
    {
        for (var n = 0; n < Odd.Length; n++)
            truth.Seed(Liar.Schedules, $"schedules/{OddKey(n)}", OddContent(n), Odd[n].ETag, Odd[n].Headers);
        // It can't be stored again: a PUT can't carry its header.
        truth.Seed(Liar.Schedules, $"schedules/.failed/{OddFailed}|NoSuchBucket", "", Odd[0].ETag, Odd[0].Headers);
    }

    public void Step()
    {
        if (_posted < MostFailed && _dice.Chance(0.1)) clients.Start(PostAsync(++_posted));
        if (_dice.Chance(0.01)) clients.Start(RetryAtOnceAsync(mayBeLiedTo: true));
        if (_dice.Chance(0.3)) clients.Start(ReadAsync(_dice.Below(Odd.Length)));
        if (_dice.Chance(0.2)) clients.Start(ListAsync());
        if (_dice.Chance(0.1)) clients.Start(PostUnkeptAsync(Unkept[_dice.Below(Unkept.Length)]));
        if (_dice.Chance(0.05)) clients.Start(PrepareAsync(_dice.Seconds(10, 60), mayBeLiedTo: true));
    }

    /// <summary>Nobody lies any more: prepares uploads, and waits until they all should have come.</summary>
    public async Task PrepareInVainAsync()
    {
        var from = time.GetUtcNow();
        for (var n = 0; n < Uploads; n++) await PrepareAsync(TimeSpan.FromSeconds(12 + n), mayBeLiedTo: false);
        await Task.Delay(TimeSpan.FromSeconds(12 + Uploads), time);
        Quiet = (from, time.GetUtcNow());
    }

    /// <summary>Nobody lies any more: retries all that failed, many times at once.</summary>
    /// <param name="settle">Waits until all have failed again.</param>
    public async Task RetryAsync(Func<Task> settle)
    {
        var before = Undelivered().Count;
        var retried = await RetryAtOnceAsync(mayBeLiedTo: false);
        await settle();
        _retries.Add(new Retried(before, retried, Undelivered().Count));
    }

    /// <summary>What is pending or has failed and can be retried, by the keys of the schedules.</summary>
    public IReadOnlyList<ScheduleKey> Undelivered() =>
    [
        .. truth.List(Liar.Schedules, "schedules/2", int.MaxValue)
            .Concat(truth.List(Liar.Schedules, "schedules/.failed/2", int.MaxValue))
            .Select(found => string.Join('|', found.Key.Split('/')[^1].Split('|')[..3]))
            .Select(text => ScheduleKey.TryParse(text, out var key) ? key : null).OfType<ScheduleKey>()
            .Where(key => key.Destination.Bucket == Gone && $"{key}" != OddFailed).Distinct(),
    ];

    private async Task PostAsync(int number)
    {
        var form = Form.To(Gone, $"g{number}").With("delay", "PT1S");
        var answer = await clients.CallAsync("post", HttpMethod.Post, "/schedules", form.ToContent());
        if (answer?.Status == 201) _accepted.Enqueue($"g{number}");
    }

    private async Task<int> RetryAtOnceAsync(bool mayBeLiedTo)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => clients.CallAsync(
            "retry", HttpMethod.Post, $"/schedules/retry?bucket={Gone}", mayBeLiedTo: mayBeLiedTo)));
        return answers.Where(a => a?.Status == 200).Sum(a => a!.Json.GetProperty("retried").GetInt32());
    }

    // The ETags do not tell whether the content is whole.
    private Task<Answer?> ReadAsync(int number) => clients.CallAsync(
        Clients.Content, HttpMethod.Get, $"{Http.Client.PathOf(OddKey(number))}/content", mayBeLiedTo: false,
        isRight: (call, answer) => answer.Text == OddContent(number) || !call.Heard.IsEmpty);

    private Task<Answer?> ListAsync() => clients.CallAsync(
        "list", HttpMethod.Get, "/schedules?from=2030-01-01T00:00:00Z",
        isRight: (call, answer) => call.Heard.Contains(AllLies.EmptyPage)
            || answer.Json.GetProperty("schedules").EnumerateArray().Select(s => s.GetProperty("key").GetString())
                .SequenceEqual(Odd.Select((_, number) => OddKey(number))));

    private Task<Answer?> PostUnkeptAsync((string Name, string Value)[] metadata)
    {
        var form = Form.To("good-1", "metadata").With("delay", "PT1H");
        foreach (var (name, value) in metadata) form = form.With($"x-amz-meta-{name}", value);
        return clients.CallAsync(RefusedMetadata, HttpMethod.Post, "/schedules", form.ToContent());
    }

    private async Task PrepareAsync(TimeSpan delay, bool mayBeLiedTo)
    {
        var upload = new JsonObject
        {
            ["delay"] = $"PT{(int)delay.TotalSeconds}S",
            ["bucket"] = "good-1",
            ["key"] = $"u{++_prepared}",
        };
        var body = new StringContent(upload.ToJsonString(), Encoding.UTF8, "application/json");
        var answer = await clients.CallAsync(
            "upload", HttpMethod.Post, "/schedules/uploads", body, mayBeLiedTo: mayBeLiedTo);
        if (!mayBeLiedTo && answer?.Status != 200) clients.AddFault($"An upload was refused: {answer?.Text}");
    }

    private static string OddKey(int number) => $"2030-01-01T00:00:00.000Z|good-1|odd-{number}";

    private static string OddContent(int number) => $"odd content {number}";
}

/// <summary>What retries at the same time have done.</summary>
/// <param name="Before">How many schedules there were.</param>
/// <param name="Count">How many the answers say were retried.</param>
/// <param name="After">How many schedules there are.</param>
internal sealed record Retried(int Before, int Count, int After);
