using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace S3Scheduler.Api.Storage.Local;

/// <summary>
/// Answers LIST requests. A directory has no order, so each page costs a reading of the whole folder: all who wait for
/// a page of one folder share it, and one after the other gets the attributes of its keys. So lists, however many, keep
/// one or two threads busy, and short ones, by which the service looks what is due, never wait for long ones.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle needs no disposal.")]
internal sealed class LocalLister(LocalPaths paths)
{
    /// <summary>A page with more keys waits for its turn.</summary>
    private const int Short = 128;

    private readonly ConcurrentDictionary<string, SharedWork<ListRequest, IReadOnlyList<string>>> _readings = [];
    private readonly SemaphoreSlim _turn = new(1);

    public async Task<LocalPage> ListAsync(ListRequest request, CancellationToken cancellation)
    {
        var folder = Path.Combine(paths.Bucket(request.Bucket), request.Folder);
        var reading = _readings.GetOrAdd(folder, _ => new(
            requests => new LocalListing(paths.Bucket(request.Bucket), requests).ToKeys()));
        while (true)
        {
            var page = await DescribeAsync(request, await reading.AskAsync(request, cancellation), cancellation);
            if (page.Objects.Count > 0 || page.Last is null) return page;
            // All of them were deleted meanwhile. An empty page could not say where the next one starts.
            request = request with { StartAfter = page.Last };
        }
    }

    private async Task<LocalPage> DescribeAsync(
        ListRequest request, IReadOnlyList<string> keys, CancellationToken cancellation)
    {
        if (keys.Count <= Short) return Describe(request, keys, cancellation);
        await _turn.WaitAsync(cancellation);
        try
        {
            return Describe(request, keys, cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    private LocalPage Describe(
        ListRequest request, IReadOnlyList<string> keys, CancellationToken cancellation)
    {
        var objects = new List<ListedObject>();
        foreach (var key in keys.Take(request.Limit))
        {
            cancellation.ThrowIfCancellationRequested();
            if (new LocalObject(paths, new ObjectAddress(request.Bucket, key)).Head() is { } info)
                objects.Add(new ListedObject(key, info.Size, info.ETag, info.LastModified));
        }

        return new LocalPage(objects, keys.Count > request.Limit ? keys[request.Limit - 1] : null);
    }
}

internal sealed record ListRequest(string Bucket, string Prefix, string StartAfter, int Limit)
{
    /// <summary>What the prefix says of the folders: it ends with a slash, or is empty.</summary>
    public string Folder { get; } = Prefix[..(Prefix.LastIndexOf('/') + 1)];
}

/// <param name="Last">The last key that belongs to the page; null: no other page follows.</param>
internal sealed record LocalPage(IReadOnlyList<ListedObject> Objects, string? Last);
