namespace S3Scheduler.Api.Tests.Http;

/// <summary>A due schedule whose object is in Glacier: S3 lists and deletes it, but can't read or copy it.</summary>
public sealed class ArchivedTests : IAsyncDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly ManualTime _time = new();
    private readonly MemoryStore _store;
    private readonly Service _service;

    public ArchivedTests()
    {
        _store = new MemoryStore(_time, _time);
        _service = new Service(_time, new Dictionary<string, string>(), _store);
    }

    private Client Client => _service.Client;

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task It_fails_and_is_retried_once_its_object_is_restored()
    {
        var path = await ArchiveAsync();

        var read = await Client.GetAsync(path);
        (read["status"], read.Json.GetProperty("failure").GetProperty("code").GetString())
            .ShouldBe(("failed", "InvalidObjectState"));
        (await Client.GetAsync($"{path}/content")).ShouldBeProblem(502, "InvalidObjectState");
        (await Client.RetryAsync(path)).ShouldBeProblem(409, "Restore the object");
        (await Client.SendAsync(HttpMethod.Post, "/schedules/retry")).Json.GetProperty("retried").GetInt32()
            .ShouldBe(0);
        (await Client.RescheduleAsync(path, _time.GetUtcNow() + Hour)).ShouldBeProblem(404);

        _store.Before = null;
        (await Client.RetryAsync(path))["status"].ShouldBe("pending");
        _time.Advance(TimeSpan.FromMinutes(1));
        (await Client.GetAsync("/health/ready")).Status.ShouldBe(200);
        (await Client.SweepAsync()).Delivered.ShouldBe(1);
        _store.Read(new ObjectAddress("reports", "a")).ShouldBe("hello");
        (await Client.GetAsync(path)).ShouldBeProblem(404);
    }

    [Fact]
    public async Task It_can_be_deleted()
    {
        var path = await ArchiveAsync();

        (await Client.DeleteAsync(path)).Status.ShouldBe(204);

        (await Client.GetAsync(path)).ShouldBeProblem(404);
        _store.Keys("scheduler").ShouldNotContain(k => k.Contains("reports"));
    }

    private async Task<string> ArchiveAsync()
    {
        var posted = await Client.PostAsync(Form.To("reports", "a").DueAt(_time.GetUtcNow() + Hour));
        posted.Status.ShouldBe(201, posted.Text);
        _store.Before = Faults.When(
            r => r.Operation is StoreOperation.Copy or StoreOperation.Get && r.Key == $"schedules/{posted.Key}",
            () => Faults.Permanent("InvalidObjectState"));
        _time.Advance(2 * Hour);
        (await Client.GetAsync("/health/ready")).Status.ShouldBe(200); // the sweep knows the new time from the answer
        (await Client.SweepAsync())["outcome"].ShouldBe("swept");
        return posted.Location;
    }
}
