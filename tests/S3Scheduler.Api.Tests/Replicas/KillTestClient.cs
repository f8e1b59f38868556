using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>
/// Posts each schedule until it is accepted. Then perhaps reschedules or cancels it, at a random moment or close to the
/// last moment at which the service allows that.
/// </summary>
internal sealed class KillTestClient(IReadOnlyList<Replica> replicas, DateTimeOffset start, TimeSpan posting)
{
    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly long _started = TimeProvider.System.GetTimestamp();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // The time by the server's clock, exact to a second.
    private DateTimeOffset Now => start + TimeProvider.System.GetElapsedTime(_started);

    public async Task LiveAsync(ScheduleLife life, Random random)
    {
        await UntilAsync(start + posting * random.NextDouble());
        var dueAt = Now + TimeSpan.FromSeconds(3 + 12 * random.NextDouble());
        var key = await PostAsync(life, dueAt, random);
        if (random.NextDouble() < 0.3)
        {
            await UntilAsync(Moment(key, random));
            dueAt = Now + TimeSpan.FromSeconds(1 + 14 * random.NextDouble());
            using var body = JsonContent.Create(new { dueAt });
            var answer = await AskAsync(life, Verb.Patch, key, body, random);
            if (answer.Status == 200) key = answer.Key!;
        }

        if (!life.IsSettled || random.NextDouble() >= 0.3) return;
        await UntilAsync(Moment(key, random));
        await AskAsync(life, Verb.Delete, key, null, random);
    }

    private async Task<string> PostAsync(ScheduleLife life, DateTimeOffset dueAt, Random random)
    {
        while (true)
        {
            using var content = ScheduleForms.Content(life.Content);
            using var form = ScheduleForms.Form(("dueAt", $"{dueAt:O}"), life.Bucket, life.Key, content);
            var answer = await AskAsync(life, Verb.Post, null, form, random);
            if (answer.Status is 200 or 201) return answer.Key!;
            await Task.Delay(Pause, TimeProvider.System, Cancellation);
        }
    }

    // Half of the time close to the last moment, otherwise any time from now until a second too late.
    private DateTimeOffset Moment(string key, Random random)
    {
        var dueAt = ScheduleLife.DueAt(key);
        return random.Next(2) == 0
            ? dueAt - LastMoment + TimeSpan.FromSeconds(2 * random.NextDouble() - 1.5)
            : Now + (dueAt + TimeSpan.FromSeconds(1) - Now) * random.NextDouble();
    }

    private async Task<Answer> AskAsync(ScheduleLife life, Verb verb, string? key, HttpContent? content, Random random)
    {
        var path = key is null ? "/schedules" : $"/schedules/{Uri.EscapeDataString(key)}";
        using var request = new HttpRequestMessage(new HttpMethod(verb.ToString().ToUpperInvariant()), path);
        request.Content = content;
        var answer = new Answer(verb, key, null, null);
        try
        {
            var replica = random.Next(replicas.Count);
            if ((replicas[replica].Client ?? replicas[1 - replica].Client) is { } client)
            {
                using var response = await client.SendAsync(request, Cancellation);
                var body = response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(Cancellation) : "";
                answer = answer with
                {
                    Status = (int)response.StatusCode,
                    Key = body.Length > 0 ? (string?)JsonNode.Parse(body)!["key"] : null,
                };
            }
        }
        catch (Exception e) when (!Cancellation.IsCancellationRequested
            && e is HttpRequestException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The process was killed before it answered.
        }

        life.Add(answer);
        return answer;
    }

    private async Task UntilAsync(DateTimeOffset time)
    {
        var pause = time - Now;
        if (pause > TimeSpan.Zero) await Task.Delay(pause, TimeProvider.System, Cancellation);
    }
}
