using System.Buffers;
using System.Security.Cryptography;

namespace S3Scheduler.Api.Storage.Local;

/// <summary>A file that is not visible as an object until it is complete, on disk, and moved to its place.</summary>
internal sealed class LocalTemporary : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly LocalDisk _disk;
    private readonly TimeProvider _time;
    private readonly FileStream _file;

    public LocalTemporary(LocalPaths paths, LocalDisk disk, TimeProvider time)
    {
        Directory.CreateDirectory(paths.Temporary);
        (_disk, _time) = (disk, time);
        _file = new FileStream(
            Path.Combine(paths.Temporary, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.Write,
            FileShare.ReadWrite, bufferSize: 1, FileOptions.Asynchronous);
    }

    public FileVersion Version => FileVersion.Of(_file.Name)!.Value;

    /// <summary>An exception from the content reaches the caller unchanged; one from the disk is translated.</summary>
    /// <returns>The content's ETag.</returns>
    public async Task<string> FillAsync(Stream content, CancellationToken cancellation)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int count;
            while ((count = await content.ReadAsync(buffer, cancellation)) > 0)
            {
                md5.AppendData(buffer, 0, count);
                try
                {
                    await _file.WriteAsync(buffer.AsMemory(0, count), cancellation);
                }
                catch (Exception e) when (LocalFault.Of(e) is { } fault)
                {
                    throw fault;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return $"\"{Convert.ToHexStringLower(md5.GetHashAndReset())}\"";
    }

    /// <summary>Forgets what was written.</summary>
    public void Clear() => _file.SetLength(_file.Position = 0);

    /// <summary>Flushes to disk, with a last-write time in whole milliseconds, which file systems can store.</summary>
    public void Complete(DateTime? written = null)
    {
        var at = written ?? _time.GetUtcNow().UtcDateTime;
        File.SetLastWriteTimeUtc(_file.SafeFileHandle, at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMillisecond)));
        _disk.SyncFile(_file);
    }

    /// <summary>Atomic: readers see either the old file or this one.</summary>
    public void MoveTo(string path) => File.Move(_file.Name, path, overwrite: true);

    public void Dispose()
    {
        _file.Dispose();
        File.Delete(_file.Name);
    }
}
