namespace S3Scheduler.Api.Tests.Http;

/// <summary>A service on a local store in a folder of its own, whose time is moved by hand.</summary>
internal sealed class LocalService : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Service _service;

    public LocalService(params IEnumerable<(string Key, string Value)> settings)
    {
        var all = new Dictionary<string, string> { ["Scheduler:LocalPath"] = _folder.Path };
        foreach (var (key, value) in settings) all[key] = value;
        _service = new Service(Time, all);
    }

    public string Folder => _folder.Path;

    public ManualTime Time { get; } = new();

    public DateTimeOffset Now => Time.GetUtcNow();

    public Client Client => _service.Client;

    public Uri Address => _service.Address;

    public Service Service => _service;

    /// <summary>Time passes, and all that is due by then is delivered.</summary>
    public async Task<Answer> SweepAfterAsync(TimeSpan by)
    {
        Time.Advance(by);
        // Its answer tells what time it is now.
        (await Client.GetAsync("/health/ready")).Status.ShouldBe(200);
        return await Client.SweepAsync();
    }

    /// <summary>The delivered content; null where nothing arrived.</summary>
    public byte[]? Delivered(string bucket, string key) =>
        File.Exists(_folder[$"{bucket}/{key}"]) ? File.ReadAllBytes(_folder[$"{bucket}/{key}"]) : null;

    /// <summary>Every file of the store, with its content.</summary>
    public IReadOnlyDictionary<string, string> Files() =>
        _folder.Files().ToDictionary(file => file, file => Convert.ToHexString(File.ReadAllBytes(_folder[file])));

    public void Dispose()
    {
        _service.Dispose();
        _folder.Dispose();
    }
}
