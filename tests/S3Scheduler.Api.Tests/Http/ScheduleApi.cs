using System.Text.Json;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>What clients rely on, whatever the store.</summary>
public abstract partial class ScheduleApi(ApiFixture fixture)
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    private Form Pending(string key) => Form.To(fixture.Bucket, key).DueAt(fixture.Tomorrow);

    private Form Soon(string key) => Form.To(fixture.Bucket, key).DueAt(fixture.Soon);

    /// <summary>Sweeps until these are delivered.</summary>
    private async Task DeliverAsync(params IEnumerable<Answer> posted)
    {
        var (service, started) = (await fixture.StartAsync(), TimeProvider.System.GetTimestamp());
        foreach (var schedule in posted)
        {
            schedule.Status.ShouldBe(201, schedule.Text);
            while ((await service.Client.GetAsync(schedule.Location)).Status == 200)
            {
                fixture.LetTimePass();
                (await service.Client.SweepAsync()).Status.ShouldBe(200);
                TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(Hang, schedule.Text);
            }
        }
    }

    private async Task<(byte[] Content, ObjectAttributes Attributes)> ArrivedAsync(string key)
    {
        var service = await fixture.StartAsync();
        var address = new ObjectAddress(fixture.Bucket, key);
        await using var arrived = await service.Store.GetAsync(address, TestContext.Current.CancellationToken);
        arrived.ShouldNotBeNull($"nothing arrived at {key}");
        var content = new MemoryStream();
        await arrived.Content.CopyToAsync(content, TestContext.Current.CancellationToken);
        return (content.ToArray(), arrived.Info.Attributes);
    }

    private static IEnumerable<string> KeysOf(IEnumerable<JsonElement> pages) =>
        pages.SelectMany(p => p.GetProperty("schedules").EnumerateArray()).Select(s => s.GetProperty("key").GetString()!);
}

public sealed class LocalScheduleApi(LocalApi fixture) : ScheduleApi(fixture), IClassFixture<LocalApi>;

[Collection(S3ServerTests.Name)]
public sealed class S3ScheduleApi(S3Api fixture) : ScheduleApi(fixture), IClassFixture<S3Api>;
