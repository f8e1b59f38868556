using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>
/// Makes one schedule after the other into <see cref="ScheduleLife"/>s: each is posted until it is accepted, and then
/// perhaps rescheduled or cancelled, at a random moment or about the last at which that may be done.
/// </summary>
internal sealed class KillTestClient(IReadOnlyList<Replica> replicas, DateTimeOffset start, TimeSpan posting)
{
    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly long _started = TimeProvider.System.GetTimestamp();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // By the server's clock, within a second.
    private DateTimeOffset Now => start + TimeProvider.System.GetElapsedTime(_started);

    public async Task LiveAsync(ScheduleLife life, Random random)
    {
        await UntilAsync(start + posting * random.NextDouble());
        var dueAt = Now + TimeSpan.FromSeconds(3 + 12 * random.NextDouble());
        var key = await PostAsync(life, dueAt, random);
        if (random.NextDouble() < 0.3 && await MoveAsync(life, key, random) is { } moved) key = moved;
        if (life.IsSettled && random.NextDouble() < 0.3) await CancelAsync(life, key, random);
    }

    private async Task<string> PostAsync(ScheduleLife life, DateTimeOffset dueAt, Random random)
    {
        while (true)
        {
            using var form = new MultipartFormDataContent
            {
                { new StringContent(dueAt.ToString("O", CultureInfo.InvariantCulture)), "dueAt" },
                { new StringContent(life.Bucket), "bucket" },
                { new StringContent(life.Key), "key" },
                { new StringContent(life.Content), "content" },
            };
            var answer = await AskAsync(life, Verb.Post, null, new Uri("/schedules", UriKind.Relative), form, random);
            if (answer.Status is 200 or 201) return answer.Key!;
            await Task.Delay(Pause, TimeProvider.System, Cancellation);
        }
    }

    private async Task<string?> MoveAsync(ScheduleLife life, string key, Random random)
    {
        await UntilAsync(Moment(key, random));
        var dueAt = Now + TimeSpan.FromSeconds(1 + 14 * random.NextDouble());
        using var body = JsonContent.Create(new { dueAt });
        var answer = await AskAsync(life, Verb.Patch, key, At(key), body, random);
        return answer.Status == 200 ? answer.Key : null;
    }

    private async Task CancelAsync(ScheduleLife life, string key, Random random)
    {
        await UntilAsync(Moment(key, random));
        await AskAsync(life, Verb.Delete, key, At(key), null, random);
    }

    // Half of them at the edge, half from now until a second too late.
    private DateTimeOffset Moment(string key, Random random)
    {
        var dueAt = ScheduleLife.DueAt(key);
        return random.Next(2) == 0
            ? dueAt - LastMoment + TimeSpan.FromSeconds(2 * random.NextDouble() - 1.5)
            : Now + (dueAt + TimeSpan.FromSeconds(1) - Now) * random.NextDouble();
    }

    private async Task<Answer> AskAsync(ScheduleLife life, Verb verb, string? about, Uri uri, HttpContent? content, Random random)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb.ToString().ToUpperInvariant()), uri) { Content = content };
        var answer = new Answer(verb, about, null, null);
        try
        {
            var replica = random.Next(replicas.Count);
            var client = replicas[replica].Client ?? replicas[1 - replica].Client;
            if (client is not null)
            {
                using var response = await client.SendAsync(request, Cancellation);
                var body = response.IsSuccessStatusCode && response.Content.Headers.ContentLength != 0
                    ? await response.Content.ReadAsStringAsync(Cancellation)
                    : "";
                answer = answer with
                {
                    Status = (int)response.StatusCode,
                    Key = body.Length > 0 ? (string?)JsonNode.Parse(body)!["key"] : null,
                };
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or ObjectDisposedException or OperationCanceledException
            && !Cancellation.IsCancellationRequested)
        {
            // Killed before it had answered.
        }

        life.Add(answer);
        return answer;
    }

    private static Uri At(string key) => new($"/schedules/{Uri.EscapeDataString(key)}", UriKind.Relative);

    private async Task UntilAsync(DateTimeOffset time)
    {
        var pause = time - Now;
        if (pause > TimeSpan.Zero) await Task.Delay(pause, TimeProvider.System, Cancellation);
    }
}
