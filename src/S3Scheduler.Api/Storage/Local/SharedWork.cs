namespace S3Scheduler.Api.Storage.Local;

/// <summary>
/// Work that serves all who have asked for it before it began. One run is under way at a time, and those who come
/// meanwhile share the next one. So its cost does not grow with the number of callers.
/// </summary>
/// <param name="run">Does the work for some requests, each of which is there once.</param>
internal sealed class SharedWork<TRequest, TResult>(
    Func<IReadOnlyCollection<TRequest>, IReadOnlyDictionary<TRequest, TResult>> run)
    where TRequest : notnull
{
    private readonly Lock _lock = new();
    private Dictionary<TRequest, TaskCompletionSource<TResult>> _next = [];
    private bool _isRunning;

    /// <summary>The result of a run that begins after this call.</summary>
    /// <param name="cancellation">Stops waiting for it.</param>
    public Task<TResult> AskAsync(TRequest request, CancellationToken cancellation)
    {
        TaskCompletionSource<TResult>? result;
        lock (_lock)
        {
            if (!_next.TryGetValue(request, out result))
                _next[request] = result = new(TaskCreationOptions.RunContinuationsAsynchronously);
            // On a thread of its own: it blocks, and the others may all be busy with writes.
            if (!_isRunning)
                _ = Task.Factory.StartNew(
                    RunAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            _isRunning = true;
        }

        return result.Task.WaitAsync(cancellation);
    }

    private void RunAll()
    {
        while (true)
        {
            Dictionary<TRequest, TaskCompletionSource<TResult>> batch;
            lock (_lock)
            {
                _isRunning = _next.Count > 0;
                if (!_isRunning) return;
                (batch, _next) = (_next, []);
            }

            try
            {
                var results = run(batch.Keys);
                foreach (var (request, result) in batch) result.SetResult(results[request]);
            }
            catch (Exception fault)
            {
                foreach (var result in batch.Values) result.TrySetException(fault);
            }
        }
    }
}
