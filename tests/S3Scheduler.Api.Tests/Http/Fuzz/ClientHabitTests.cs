using System.Collections.Concurrent;
using System.Text.Json;

namespace S3Scheduler.Api.Tests.Http.Fuzz;

public sealed class ClientHabitTests(ITestOutputHelper output)
{
    private const int Count = 5_000;
    private const int AtOnce = 8;

    /// <summary>The environment variable FUZZ_SEED sets another one.</summary>
    private static readonly int Seed =
        int.Parse(Environment.GetEnvironmentVariable("FUZZ_SEED") ?? "20261127", provider: null);

    private readonly Lock _lock = new();

    [Fact]
    public async Task However_clients_write_a_form_what_they_meant_is_stored_or_refused()
    {
        output.WriteLine($"FUZZ_SEED={Seed}");
        using var local = new LocalService(("Scheduler:TrustedProxies:0", "127.0.0.1"),
            ("Scheduler:PathBase", "/scheduler"), ("Scheduler:RequestsPerSecond", "1000000"));
        var habits = new ClientHabits(new Random(Seed));
        var requests = Enumerable.Range(0, Count).Select(habits.Next).ToList();

        var statuses = new int[Count];
        var wrong = new ConcurrentBag<string>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Core.Cancellation };
        await Parallel.ForAsync(0, Count, parallel, async (i, cancellation) =>
        {
            var request = requests[i];
            void Pause() { lock (_lock) local.Time.Advance(TimeSpan.FromSeconds(8)); }
            var answer = await RawHttp.SendAsync(
                local.Address, request.Bytes, leaves: false, cancellation, request.Pauses ? Pause : null);
            statuses[i] = answer.Status;
            if (await FaultAsync(local, request, answer) is { } fault)
                wrong.Add($"#{i} {fault} {Describe(request, answer)}");
        });

        wrong.ShouldBeEmpty($"FUZZ_SEED={Seed}: {wrong.Count} of {Count} are wrong.");
        // Most habits are harmless, and each of them took part.
        statuses.Count(status => status == 201).ShouldBeGreaterThan(Count / 10);
        var byHabit = requests.Zip(statuses).SelectMany(r => r.First.Habits.Select(habit => (habit, r.Second)));
        foreach (var habit in byHabit.GroupBy(r => r.habit))
        {
            habit.Count().ShouldBeGreaterThan(50, habit.Key);
            var counts = habit.CountBy(r => r.Second).Select(s => $"{s.Value} x {s.Key}");
            output.WriteLine($"{habit.Key}: {string.Join(", ", counts)}");
        }
    }

    // Null if what the client meant was stored, or the request was refused as a problem.
    private static async Task<string?> FaultAsync(LocalService local, OddRequest request, RawAnswer answer)
    {
        if (answer.Status is >= 400 and < 500 && answer.IsProblem(isHead: false)) return null;
        if (answer.Status != 201) return "is neither stored nor refused as a problem.";
        if (request.Content is not { } content) return "has no content, and is stored.";

        var schedule = JsonDocument.Parse(answer.Body).RootElement;
        var key = schedule.GetProperty("key").GetString();
        await using var stored = await local.Service.Store.GetAsync(
            new ObjectAddress("scheduler", $"schedules/{key}"), Core.Cancellation);
        var bytes = new MemoryStream();
        await stored!.Content.CopyToAsync(bytes, Core.Cancellation);
        var attributes = stored.Info.Attributes;
        return !bytes.ToArray().AsSpan().SequenceEqual(content) ? "has other content."
            : schedule.GetProperty("destination").GetProperty("key").GetString() != request.Key ? "has another key."
            : attributes.ContentType != request.Type ? $"has the type {attributes.ContentType}, not {request.Type}."
            : attributes.Metadata.GetValueOrDefault("team") != request.Team ? "has other metadata."
            : null;
    }

    private static string Describe(OddRequest request, RawAnswer answer) =>
        $"{answer.Status} {answer.Body}\n{Encoding.UTF8.GetString(request.Bytes)}\n";
}
