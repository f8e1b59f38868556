using System.Diagnostics.CodeAnalysis;

namespace S3Scheduler.Api.Storage.Local;

/// <summary>Admits one writer at a time, among all processes that share the directory.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle needs no disposal.")]
internal sealed class LocalLock(string path)
{
    // A write under the lock takes about this long.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly SemaphoreSlim _inProcess = new(1);

    public async Task<IDisposable> TakeAsync(CancellationToken cancellation)
    {
        await _inProcess.WaitAsync(cancellation);
        try
        {
            FileStream? file;
            // This waits for another process, so it uses real time and not the store's clock.
            while ((file = TryOpen()) is null) await Task.Delay(Pause, TimeProvider.System, cancellation);
            return new Held(file, _inProcess);
        }
        catch
        {
            _inProcess.Release();
            throw;
        }
    }

    private FileStream? TryOpen()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException e) when (e.HResult is 11 or 35) // EWOULDBLOCK on Linux and on macOS: another one holds it
        {
            return null;
        }
    }

    private sealed class Held(FileStream file, SemaphoreSlim inProcess) : IDisposable
    {
        public void Dispose()
        {
            file.Dispose();
            inProcess.Release();
        }
    }
}
