namespace S3Scheduler.Api.Tests.Http;

/// <summary>A service with one kind of store. The tests of a class share it.</summary>
public abstract class ApiFixture : IAsyncDisposable
{
    /// <summary>The bucket of the destinations.</summary>
    internal string Bucket { get; set; } = "reports";

    /// <summary>A due time for schedules that the test delivers.</summary>
    internal abstract DateTimeOffset Soon { get; }

    /// <summary>A due time in the past that is not too far back.</summary>
    internal abstract DateTimeOffset Past { get; }

    /// <summary>A due time for schedules that stay pending.</summary>
    internal abstract DateTimeOffset Tomorrow { get; }

    /// <summary>Starts the service if it does not run yet.</summary>
    internal abstract Task<Service> StartAsync();

    internal virtual void LetTimePass()
    {
    }

    public abstract ValueTask DisposeAsync();
}

public sealed class LocalApi : ApiFixture
{
    internal LocalService Local { get; } = new();

    internal override DateTimeOffset Soon => Local.Now + TimeSpan.FromMinutes(10);

    internal override DateTimeOffset Past => Local.Now - TimeSpan.FromHours(23);

    internal override DateTimeOffset Tomorrow => Local.Now + TimeSpan.FromDays(1);

    internal override Task<Service> StartAsync() => Task.FromResult(Local.Service);

    internal override void LetTimePass() => Local.Time.Advance(TimeSpan.FromMinutes(11));

    public override ValueTask DisposeAsync()
    {
        Local.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>The server's time cannot be moved, so schedules that the test delivers are due in the past.</summary>
public sealed class S3Api(S3Server server) : ApiFixture
{
    private Service? _service;

    /// <summary>Set it before the start. Else uploads by URL are off on Ceph.</summary>
    internal bool HasUploads { get; set; }

    internal override DateTimeOffset Soon => Past;

    internal override DateTimeOffset Past => TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(23);

    internal override DateTimeOffset Tomorrow => TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(1);

    internal override async Task<Service> StartAsync()
    {
        if (_service is not null) return _service;
        Bucket = await server.EmptyBucketAsync();
        return _service = new Service(TimeProvider.System, new Dictionary<string, string>
        {
            ["Scheduler:Storage"] = nameof(StorageKind.S3),
            ["Scheduler:Bucket"] = await server.EmptyBucketAsync(),
            ["AWS:ServiceURL"] = HasUploads ? await server.StrictUrlAsync() : server.Url,
            ["AWS:ForcePathStyle"] = "true",
        });
    }

    public override async ValueTask DisposeAsync()
    {
        if (_service is not null) await _service.DisposeAsync();
    }
}
