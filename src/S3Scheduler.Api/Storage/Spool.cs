using System.Buffers;

namespace S3Scheduler.Api.Storage;

/// <summary>
/// Keeps content whose length must be known, or that is read more than once: small content in memory, other content in
/// a file that is deleted when it is closed. On Unix it is also gone when the process is killed.
/// </summary>
/// <param name="folder">Where the files are; null: where the machine keeps temporary files.</param>
/// <param name="maxBytes">How many bytes all files together can have, so that uploads never fill the disk.</param>
public sealed class Spool(string? folder = null, long maxBytes = Spool.DefaultMaxBytes)
{
    public const long DefaultMaxBytes = 1L << 30;

    /// <summary>In bytes.</summary>
    public long Used => Interlocked.Read(ref _used);

    public long MaxBytes => _maxBytes;

    /// <summary>In bytes.</summary>
    private const int MaxInMemory = 64 * 1024;

    private readonly string _folder = folder ?? Path.GetTempPath();
    private readonly long _maxBytes = maxBytes;
    private long _used;

    /// <summary>
    /// Reads up to <paramref name="limit"/> bytes, in constant memory. An exception from the content reaches the caller
    /// unchanged. The result can seek and is at its beginning; the caller disposes it. If it is shorter than the limit,
    /// it is the whole content.
    /// </summary>
    /// <exception cref="SpoolException">There is no room, or the folder can't be used.</exception>
    public async Task<Stream> ReadAsync(Stream content, long limit, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MaxInMemory);
        try
        {
            var first = await ReadAsync(content, buffer, limit, cancellation);
            if (first < buffer.Length) return new MemoryStream(buffer.AsSpan(0, first).ToArray());

            var file = OpenFile();
            try
            {
                var read = first;
                do await file.TakeAsync(buffer.AsMemory(0, read), cancellation);
                while ((read = await ReadAsync(content, buffer, limit - file.Length, cancellation)) > 0);
                file.Position = 0;
                return file;
            }
            catch
            {
                await file.DisposeAsync();
                throw;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Tries the folder.</summary>
    /// <exception cref="StartupException">No file can be created there.</exception>
    /// <returns>False: the disk is full or failing.</returns>
    public async Task<bool> TryAsync(CancellationToken cancellation)
    {
        SpoolFile file;
        try
        {
            file = OpenFile();
        }
        catch (SpoolException e)
        {
            throw new StartupException(
                $"Content can't wait in {_folder} until it is stored: {e.InnerException!.Message} Set the environment "
                + "variable TMPDIR to a directory that the service can write to.", e);
        }

        await using (file)
        {
            try
            {
                await file.TakeAsync(new byte[MaxInMemory], cancellation);
                return true;
            }
            catch (SpoolException)
            {
                return false;
            }
        }
    }

    private static ValueTask<int> ReadAsync(Stream content, byte[] buffer, long limit, CancellationToken cancellation)
    {
        var space = buffer.AsMemory(0, (int)Math.Min(limit, buffer.Length));
        return content.ReadAtLeastAsync(space, space.Length, throwOnEndOfStream: false, cancellation);
    }

    private SpoolFile OpenFile()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        };
        var isUnix = !OperatingSystem.IsWindows();
        // Other users of the machine must not read the content.
        if (isUnix) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            var file = new SpoolFile(this, Path.Combine(_folder, Path.GetRandomFileName()), options);
            // Unix keeps an open file without a name, and frees its space when the process ends, even if it is killed.
            if (isUnix) File.Delete(file.Name);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SpoolException("The folder for temporary files can't be used.", e);
        }
    }

    /// <summary>A file whose bytes count until it is closed.</summary>
    private sealed class SpoolFile(Spool spool, string path, FileStreamOptions options) : FileStream(path, options)
    {
        private long _taken;

        public async Task TakeAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
        {
            _taken += bytes.Length;
            if (Interlocked.Add(ref spool._used, bytes.Length) > spool._maxBytes)
                throw new SpoolException($"All temporary files together have at most {spool._maxBytes} bytes.");
            try
            {
                await WriteAsync(bytes, cancellation);
            }
            catch (IOException e)
            {
                throw new SpoolException("The disk for temporary files is full or failing.", e);
            }
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            Interlocked.Add(ref spool._used, -Interlocked.Exchange(ref _taken, 0));
        }
    }
}

/// <summary>Content can't be spooled now: there is no room, or the folder can't be used.</summary>
public sealed class SpoolException(string message, Exception? inner = null) : Exception(message, inner);
