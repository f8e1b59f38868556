namespace S3Scheduler.Api.Tests.Http;

/// <summary>One pending schedule of a local store is damaged. The others are listed and delivered.</summary>
public sealed class DamagedScheduleTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly LocalService _local = new();

    private Client Client => _local.Client;

    public static TheoryData<string> Damages => [.. Damage.All];

    public void Dispose() => _local.Dispose();

    [Theory, MemberData(nameof(Damages))]
    public async Task It_fails_with_a_reason_and_the_others_are_delivered(string damage)
    {
        var (first, bad, last) = (await PostAsync("a"), await PostAsync("bad"), await PostAsync("z"));
        Damage.Do(damage, _local.Root, SidecarOf(bad));
        (await KeysAsync("pending")).ShouldBe([first, bad, last]);

        (await _local.SweepAfterAsync(2 * Hour)).Delivered.ShouldBe(2);

        _local.Delivered("reports", "a").ShouldBe("hello"u8.ToArray());
        _local.Delivered("reports", "z").ShouldBe("hello"u8.ToArray());
        _local.Delivered("reports", "bad").ShouldBeNull();
        (await KeysAsync("pending")).ShouldBeEmpty();
        (await KeysAsync("failed")).ShouldBe([bad]);
        var read = await Client.GetAsync(Client.PathOf(bad));
        read.Json.GetProperty("failure").GetProperty("code").GetString().ShouldBe("AttributesLost");
        (await Client.GetAsync($"{Client.PathOf(bad)}/content")).Text.ShouldBe("hello");
        (await _local.SweepAfterAsync(Hour)).Delivered.ShouldBe(0);
        (await Client.GetAsync("/health/ready")).Text.ShouldBe("""{"status":"ready"}""");
    }

    [Fact]
    public async Task It_stays_failed_until_its_attributes_are_repaired_or_given_up()
    {
        var bad = await PostAsync("bad");
        Damage.Do("[null]", _local.Root, SidecarOf(bad));
        await _local.SweepAfterAsync(2 * Hour);

        (await Client.RetryAsync(Client.PathOf(bad))).ShouldBeProblem(502, "AttributesLost");
        var all = await Client.SendAsync(HttpMethod.Post, "/schedules/retry");
        all.Json.GetProperty("retried").GetInt32().ShouldBe(0);
        (await KeysAsync("failed")).ShouldBe([bad]);

        File.Delete(_local.Root[SidecarOf(bad)]);
        (await Client.RetryAsync(Client.PathOf(bad))).Status.ShouldBe(200);
        (await _local.SweepAfterAsync(Hour)).Delivered.ShouldBe(1);
        _local.Delivered("reports", "bad").ShouldBe("hello"u8.ToArray());
        (await KeysAsync("failed")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_damaged_lease_stops_no_sweep()
    {
        await PostAsync("first");
        (await _local.SweepAfterAsync(2 * Hour)).Delivered.ShouldBe(1);
        var lease = Directory.GetFiles(_local.Root[".store/attributes/scheduler/schedules/.sweep"]).Single();
        await File.WriteAllTextAsync(lease, "[null]", Core.Cancellation);

        await PostAsync("second");
        (await _local.SweepAfterAsync(2 * Hour)).Delivered.ShouldBe(1);
    }

    [Fact]
    public async Task A_pipe_a_link_and_a_folder_among_the_schedules_stop_nothing()
    {
        var good = await PostAsync("good");
        string Place(string key) =>
            $"scheduler/schedules/{good.Replace("|good", $"|{key}", StringComparison.Ordinal)}";
        _local.Root.MakePipe(Place("a1"));
        File.CreateSymbolicLink(_local.Root[Place("a2")], "/etc/hostname");
        Directory.CreateDirectory(_local.Root[Place("a3")]);

        (await KeysAsync("pending")).ShouldBe([good]);
        (await _local.SweepAfterAsync(2 * Hour)).Delivered.ShouldBe(1);
        _local.Delivered("reports", "good").ShouldBe("hello"u8.ToArray());
    }

    private static string SidecarOf(string key) => $".store/attributes/scheduler/schedules/{key}%attributes";

    private async Task<string> PostAsync(string key) => (await Client.PostAsync(
        Form.To("reports", key).DueAt(_local.Now + Hour).With("x-amz-meta-team", "billing"))).Key;

    private async Task<IEnumerable<string>> KeysAsync(string status)
    {
        var listed = await Client.GetAsync($"/schedules?status={status}");
        listed.Status.ShouldBe(200, listed.Text);
        return listed.Json.GetProperty("schedules").EnumerateArray().Select(s => s.GetProperty("key").GetString()!);
    }
}
