namespace S3Scheduler.Api.Tests.Replicas;

/// <summary>Schedules to the keys d0, d1, … of a bucket, posted ahead, which fall due one after the other.</summary>
internal sealed class Series
{
    private readonly ReplicatedFolder _folder;
    private readonly string _bucket;
    private readonly Dictionary<string, DateTimeOffset> _dueAt;

    private Series(ReplicatedFolder folder, string bucket, Dictionary<string, DateTimeOffset> dueAt) =>
        (_folder, _bucket, _dueAt) = (folder, bucket, dueAt);

    public static async Task<Series> PostAsync(
        ReplicatedFolder folder, ServiceProcess service, string bucket, DateTimeOffset first, int count, TimeSpan over)
    {
        var dueAt = Enumerable.Range(0, count).ToDictionary(n => $"d{n}", n => first + over * n / count);
        foreach (var (key, time) in dueAt)
            await service.Client.PostAsync(time, bucket, key, ScheduleForms.Content(key));
        return new Series(folder, bucket, dueAt);
    }

    /// <summary>Waits until all have arrived, and checks that each came once and none early.</summary>
    /// <returns>How late each was by the server's clock, the latest last.</returns>
    public async Task<IReadOnlyList<TimeSpan>> LatenessAsync()
    {
        await Eventually.HoldsAsync("delivery of all", async () =>
            (await _folder.VersionsAsync(_bucket)).Count(v => _dueAt.ContainsKey(v.Key)) >= _dueAt.Count);
        var versions = (await _folder.VersionsAsync(_bucket)).Where(v => _dueAt.ContainsKey(v.Key)).ToList();
        versions.Select(v => v.Key).ShouldBeUnique();
        IReadOnlyList<TimeSpan> late = [.. versions.Select(v => v.At - _dueAt[v.Key]).Order()];
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(null,
            $"late by {late[late.Count / 2].TotalSeconds:0.0} s in the median, {late[^1].TotalSeconds:0.0} s at most"));
        late[0].ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
        return late;
    }
}
