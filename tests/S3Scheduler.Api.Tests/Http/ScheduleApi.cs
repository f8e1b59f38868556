using System.Text.Json;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>What clients rely on, with every kind of store.</summary>
public abstract partial class ScheduleApi(ApiFixture fixture) : IAsyncLifetime
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    private Service _service = null!;

    private Client Client => _service.Client;

    public async ValueTask InitializeAsync() => _service = await fixture.StartAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private Form Pending(string key) => Form.To(fixture.Bucket, key).DueAt(fixture.Tomorrow);

    private Form Soon(string key) => Form.To(fixture.Bucket, key).DueAt(fixture.Soon);

    /// <summary>Sweeps until these schedules are delivered.</summary>
    private async Task DeliverAsync(params IEnumerable<Answer> posted)
    {
        var started = TimeProvider.System.GetTimestamp();
        foreach (var schedule in posted)
        {
            schedule.Status.ShouldBe(201, schedule.Text);
            while ((await Client.GetAsync(schedule.Location))["status"] == "pending")
            {
                fixture.LetTimePass();
                (await Client.SweepAsync()).Status.ShouldBe(200);
                TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(Hang, schedule.Text);
            }
        }
    }

    private async Task<(byte[] Content, ObjectAttributes Attributes)> ArrivedAsync(string key)
    {
        var address = new ObjectAddress(fixture.Bucket, key);
        await using var arrived = await _service.Store.GetAsync(address, Core.Cancellation);
        arrived.ShouldNotBeNull($"nothing arrived at {key}");
        var content = new MemoryStream();
        await arrived.Content.CopyToAsync(content, Core.Cancellation);
        return (content.ToArray(), arrived.Info.Attributes);
    }

    private async Task<IEnumerable<string>> ListAsync(string query) => KeysOf(await Client.PagesAsync(query));

    private static IEnumerable<string> KeysOf(IEnumerable<JsonElement> pages) =>
        pages.SelectMany(p => p.GetProperty("schedules").EnumerateArray())
            .Select(s => s.GetProperty("key").GetString()!);
}

public sealed class LocalScheduleApi(LocalApi fixture) : ScheduleApi(fixture), IClassFixture<LocalApi>;

public sealed class S3ScheduleApi(S3Api fixture) : ScheduleApi(fixture), IClassFixture<S3Api>;
