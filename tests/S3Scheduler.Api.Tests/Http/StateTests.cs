using System.Text.Json;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>What an operator is told of the state of the service.</summary>
public sealed class StateTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly LocalService _local = new();

    private Client Client => _local.Client;

    public void Dispose() => _local.Dispose();

    [Fact]
    public async Task It_names_the_version_the_store_the_clock_and_the_room_for_content()
    {
        var state = await ReadAsync();

        state.GetProperty("version").GetString().ShouldNotBeNullOrEmpty();
        var store = state.GetProperty("store");
        store.GetProperty("place").GetString().ShouldBe(_local.Folder);
        store.GetProperty("bucket").GetString().ShouldBe("scheduler");
        store.GetProperty("folder").GetString().ShouldBe("schedules");
        store.TryGetProperty("fault", out _).ShouldBeFalse();
        var clock = state.GetProperty("clock");
        (clock.GetProperty("earliest").GetDateTimeOffset() <= _local.Now).ShouldBeTrue();
        clock.GetProperty("widthMs").GetInt64().ShouldBeInRange(0, 3000);
        clock.GetProperty("isInDoubt").GetBoolean().ShouldBeFalse();
        var spool = state.GetProperty("spool");
        spool.GetProperty("usedBytes").GetInt64().ShouldBe(0);
        spool.GetProperty("maxBytes").GetInt64().ShouldBe(Spool.DefaultMaxBytes);
        state.GetProperty("problems").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Before_the_first_sweep_there_is_no_lease_and_after_it_the_lease_is_the_own_one()
    {
        (await ReadAsync()).TryGetProperty("lease", out _).ShouldBeFalse();
        await PostAsync("a");
        (await _local.SweepAfterAsync(2 * Hour)).Delivered.ShouldBe(1);
        _local.Time.Advance(TimeSpan.FromSeconds(10));

        var state = await ReadAsync();

        var lease = state.GetProperty("lease");
        lease.GetProperty("state").GetString().ShouldBe("closed");
        lease.GetProperty("isOwn").GetBoolean().ShouldBeTrue();
        lease.GetProperty("ageSeconds").GetDouble().ShouldBeInRange(9, 12);
        state.GetProperty("sweeps").GetProperty("lastLookSeconds").GetDouble().ShouldBeInRange(9, 12);
    }

    [Fact]
    public async Task A_destination_that_waits_is_named_with_the_reason()
    {
        var time = new ManualTime();
        var store = new MemoryStore(time, time);
        using var service = new Service(time, new Dictionary<string, string>(), store);
        await service.Client.GetAsync("/health/ready"); // the store's time is known now
        store.Seed(new("scheduler", $"schedules/{new ScheduleKey(time.GetUtcNow() - Hour, new("reports", "a"))}"));
        store.Before = Faults.When(r => r.IsCopyTo("reports"), () => Faults.Transient("SlowDown"));
        (await service.Client.SweepAsync()).Delivered.ShouldBe(0);

        var state = (await service.Client.GetAsync("/health/state")).Json;

        var held = state.GetProperty("held").EnumerateArray().Single();
        held.GetProperty("bucket").GetString().ShouldBe("reports");
        held.GetProperty("key").GetString().ShouldBe("a");
        held.GetProperty("reason").GetString().ShouldBe("SlowDown");
        held.GetProperty("tries").GetInt32().ShouldBe(1);
        state.GetProperty("sweeps").GetProperty("pendingDue").GetInt64().ShouldBe(1);
        state.GetProperty("sweeps").GetProperty("oldestDueSeconds").GetDouble().ShouldBeGreaterThan(3500);
    }

    private async Task<JsonElement> ReadAsync()
    {
        var answer = await Client.GetAsync("/health/state");
        answer.Status.ShouldBe(200, answer.Text);
        return answer.Json;
    }

    private async Task PostAsync(string key) =>
        (await Client.PostAsync(Form.To("reports", key).DueAt(_local.Now + Hour))).Status.ShouldBe(201);
}
