using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using S3Scheduler.Api.Http.Limits;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>How much one caller can ask for. What is more is refused at once, and changes nothing.</summary>
public sealed class CallerLimitTests
{
    private const string Post = "POST /schedules HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n"
        + "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
        + "--b\r\nContent-Disposition: form-data; name=content; filename=a\r\n\r\n";

    private const string Json = " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65000\r\n"
        + "Content-Type: application/json\r\n\r\n{\"dueAt\":";

    private const string Patch = $"PATCH /schedules/2030-01-01T00:00:00.000Z%7Creports%7Ca{Json}";
    private const string Prepare = $"POST /schedules/uploads{Json}";

    private static readonly Form Valid = Form.To("reports", "a").DueAt("2030-01-01T00:00:00Z");

    [Fact]
    public async Task More_requests_a_second_than_allowed_are_429s_but_health_always_answers()
    {
        using var local = new LocalService(("Scheduler:RequestsPerSecond", "3"));
        (await local.Client.GetAsync("/health/live")).Status.ShouldBe(200);
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => local.Client.GetAsync("/schedules")));
        answers.ShouldContain(answer => answer.Status == 200);
        ShouldBeRefused(answers.First(answer => answer.Status != 200), "3 requests a second");

        var health = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => local.Client.GetAsync("/health/ready")));
        health.ShouldAllBe(answer => answer.Status == 200);
    }

    [Fact]
    public async Task A_caller_can_make_hundreds_of_requests_at_a_time_by_default()
    {
        using var local = new LocalService();
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => local.Client.PostAsync(
            Valid.With("key", $"{i}"))));
        answers.ShouldAllBe(answer => answer.Status == 201);
    }

    [Fact]
    public async Task Bodies_beyond_the_limit_are_429s_and_places_that_get_free_are_used_again()
    {
        using var local = new LocalService();
        // What they have sent is enough for a minute.
        var slow = new List<SlowUpload>();
        // On a busy machine some may have ended before the last begins.
        var refused = await Eventually.SeeAsync("refusal", async () =>
        {
            var many = slow.Count == 0 ? CallerLimits.MaxUploads : 1;
            slow.AddRange(await Task.WhenAll(
                Enumerable.Range(0, many).Select(_ => SlowUpload.StartAsync(local.Address, 60_000))));
            return await local.Client.PostAsync(Valid) is { Status: not (200 or 201) } answer ? answer : null;
        });
        ShouldBeRefused(refused, $"{CallerLimits.MaxUploads} uploads");
        ShouldBeRefused(await local.Client.PatchAsync(Client.PathOf("a"), "{}"), "uploads");
        ShouldBeRefused(await local.Client.PostJsonAsync("/schedules/uploads", "{}"), "uploads");
        (await local.Client.GetAsync("/schedules")).Status.ShouldBe(200);

        foreach (var upload in slow) upload.Dispose();
        await Eventually.HoldsAsync("free place", async () =>
            (await local.Client.PostAsync(Valid)).Status is 200 or 201);
    }

    [Fact]
    public async Task Long_sweeps_beyond_the_limit_are_429s_but_short_ones_are_not()
    {
        using var local = new LocalService();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Core.Cancellation);
        using var http = new HttpClient { BaseAddress = local.Address };
        var sweep = new Uri("/sweeps?for=PT10M", UriKind.Relative);
        var sweeps = Enumerable.Range(0, CallerLimits.MaxLongSweeps + 1)
            .Select(_ => http.PostAsync(sweep, null, end.Token)).ToList();

        ((int)(await await Task.WhenAny(sweeps)).StatusCode).ShouldBe(429);
        ShouldBeRefused(
            await local.Client.SendAsync(HttpMethod.Post, "/sweeps?for=PT10M"), $"{CallerLimits.MaxLongSweeps} long");
        (await local.Client.SweepAsync()).Status.ShouldBe(200);
        sweeps.Count(task => !task.IsCompleted).ShouldBe(CallerLimits.MaxLongSweeps);
        await end.CancelAsync();
    }

    [Fact]
    public async Task A_body_that_arrives_too_slowly_is_a_408()
    {
        using var local = new LocalService();
        var kestrel = local.Service.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value;
        var rate = kestrel.Limits.MinRequestBodyDataRate.ShouldNotBeNull();
        (rate.BytesPerSecond, rate.GracePeriod).ShouldBe((1024, TimeSpan.FromSeconds(10)));
        kestrel.Limits.RequestHeadersTimeout.ShouldBe(TimeSpan.FromSeconds(30));
        // More than 350 bytes a second, for 10 seconds.
        using var form = await SlowUpload.StartAsync(local.Address, 4000);
        using var json = await SlowUpload.StartAsync(local.Address, 4000, Patch);
        foreach (var slow in (SlowUpload[])[form, json]) ShouldBeTooSlow(await slow.AnswerAsync());
    }

    [Theory]
    [InlineData(1 << 20, Post), InlineData(60_000, Patch), InlineData(60_000, Prepare)]
    public async Task A_body_that_stops_arriving_is_a_408_although_much_of_it_came_at_once(int bytes, string head)
    {
        using var local = new LocalService();
        using var silent = await SlowUpload.StartAsync(local.Address, bytes, head);
        var answer = silent.AnswerAsync();
        for (; !answer.IsCompleted; await Task.Yield()) local.Time.Advance(TimeSpan.FromSeconds(1));
        ShouldBeTooSlow(await answer);
    }

    [Fact]
    public async Task Content_that_waits_has_bounded_room_beyond_which_a_post_is_a_503_until_some_gets_free()
    {
        const int Half = 10 << 20;
        using var local = new LocalService(("Scheduler:MaxSpoolBytes", $"{16 << 20}"));
        using (await SlowUpload.StartAsync(local.Address, Half))
        {
            var refused = await Eventually.SeeAsync("refusal", async () =>
                await local.Client.PostAsync(Valid.File(new byte[Half])) is { Status: not (200 or 201) } answer
                    ? answer : null);
            refused.ShouldBeProblem(503, "waits to be stored");
            refused.Headers["Retry-After"].ShouldBe("5");
            (await local.Client.PostAsync(Valid.With("key", "small"))).Status.ShouldBe(201);
        }

        await Eventually.HoldsAsync("room", async () =>
            (await local.Client.PostAsync(Valid.With("key", "b").File(new byte[Half]))).Status == 201);
    }

    private static void ShouldBeTooSlow(string answer)
    {
        answer.ShouldStartWith("HTTP/1.1 408 ");
        answer.ShouldContain("Content-Type: application/problem+json");
        answer.ShouldContain("at least 1024 bytes a second are needed in the mean");
        answer.ShouldContain("must not stop for 30 seconds");
    }

    private static void ShouldBeRefused(Answer answer, string says)
    {
        answer.ShouldBeProblem(429, says);
        answer.Headers["Retry-After"].ShouldBe("1");
    }

    /// <summary>A request whose body never ends.</summary>
    private sealed class SlowUpload : IDisposable
    {
        private readonly TcpClient _connection = new();

        public static async Task<SlowUpload> StartAsync(Uri address, int bytes, string head = Post)
        {
            var upload = new SlowUpload();
            await upload._connection.ConnectAsync(address.Host, address.Port, Core.Cancellation);
            await upload._connection.GetStream().WriteAsync(
                Encoding.ASCII.GetBytes(head + new string(' ', bytes)), Core.Cancellation);
            return upload;
        }

        public async Task<string> AnswerAsync()
        {
            using var reader = new StreamReader(_connection.GetStream());
            return await reader.ReadToEndAsync(Core.Cancellation);
        }

        public void Dispose() => _connection.Dispose();
    }
}
