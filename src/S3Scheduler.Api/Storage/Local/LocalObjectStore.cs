namespace S3Scheduler.Api.Storage.Local;

/// <summary>
/// Keeps buckets in a directory. An object's content is a plain file <c>{path}/{bucket}/{key}</c>, and every plain file
/// there is an object. Processes on one machine may share the directory. A bucket is created with its first object.
/// </summary>
public sealed class LocalObjectStore : IObjectStore
{
    private readonly TimeProvider _time;
    private readonly LocalPaths _paths;
    private readonly LocalWriter _writer;
    private readonly LocalLister _lister;
    private readonly string _path;

    /// <exception cref="StartupException">The operating system is Windows.</exception>
    public LocalObjectStore(string path, TimeProvider time) : this(path, time, new LocalDisk(Path.GetFullPath(path)))
    {
    }

    internal LocalObjectStore(string path, TimeProvider time, LocalDisk disk)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new StartupException(
                "The local store does not run on Windows: use Scheduler:Storage=S3, a container, or WSL.");
        }

        (_time, _path, _paths) = (time, path, new LocalPaths(path));
        // It answers the time unrounded. As if it had whole seconds, a delay would end up to a second too late.
        Clock = new ServerClock(time, resolution: TimeSpan.Zero);
        _writer = new LocalWriter(_paths, disk, time);
        _lister = new LocalLister(_paths);
    }

    public ServerClock Clock { get; }

    public string Place => Path.GetFullPath(_path);

    public async Task<PutResult> PutAsync(
        ObjectAddress target, Stream content, ObjectAttributes attributes, PutCondition condition,
        CancellationToken cancellation)
    {
        var sent = Clock.Read();
        cancellation.ThrowIfCancellationRequested();
        var stored = await _writer.TryPutAsync(target, content, attributes, condition, cancellation);
        return new PutResult(stored, Answered(sent));
    }

    public async Task<ObjectInfo?> HeadAsync(ObjectAddress source, CancellationToken cancellation) =>
        (await AnswerAsync(() => Task.FromResult(At(source).Head()), cancellation)).Result;

    public async Task<StoredObject?> GetAsync(ObjectAddress source, long offset, CancellationToken cancellation) =>
        (await AnswerAsync(() => Task.FromResult(At(source).Open(offset)), cancellation)).Result;

    public async Task<ObjectPage> ListAsync(
        string bucket, string prefix, string startAfter, int limit, CancellationToken cancellation)
    {
        var request = new ListRequest(bucket, prefix, startAfter, limit);
        var (page, answered) = await AnswerAsync(() => _lister.ListAsync(request, cancellation), cancellation);
        return new ObjectPage(page.Objects, page.Last is not null, answered);
    }

    public async Task<CopyOutcome> CopyAsync(
        ObjectAddress source, long size, ObjectAddress target, Func<bool> canCommit, CancellationToken cancellation) =>
        (await AnswerAsync(async () =>
        {
            await using var from = At(source).Open();
            if (from is null) return CopyOutcome.SourceMissing;
            await _writer.TryPutAsync(target, from.Content, from.Info.Attributes, PutCondition.None, cancellation);
            return CopyOutcome.Copied;
        }, cancellation)).Result;

    public async Task<DeleteResult> DeleteAsync(
        string bucket, IReadOnlyCollection<DeleteTarget> targets, CancellationToken cancellation)
    {
        var (failed, answered) = await AnswerAsync(
            () => _writer.DeleteAsync(bucket, targets, cancellation), cancellation);
        return new DeleteResult(failed, answered);
    }

    private LocalObject At(ObjectAddress address) => new(_paths, address);

    // On another thread, because most calls of the file system block.
    private async Task<(T Result, ServerTime Time)> AnswerAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        var sent = Clock.Read();
        var result = await LocalFault.TranslateAsync(() => Task.Run(work, cancellation));
        return (result, Answered(sent));
    }

    private ServerTime Answered(LocalTime sent) => Clock.Observe(_time.GetUtcNow(), sent);
}
