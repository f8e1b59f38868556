using System.Buffers;

namespace S3Scheduler.Api.Storage;

/// <summary>
/// Content whose length must be known, or that is read more than once, waits in memory while it is small, else in a file
/// that is gone when closed, and on Unix when the process dies, too.
/// </summary>
public static class TemporaryContent
{
    /// <summary>In bytes.</summary>
    private const int MaxInMemory = 64 * 1024;

    /// <summary>
    /// Reads up to <paramref name="limit"/> bytes of the content, in constant memory; what it throws comes through as it
    /// is. The result can seek, and stands at its beginning; the caller disposes it. Shorter than the limit, it is all.
    /// </summary>
    public static async Task<Stream> SpoolAsync(Stream content, long limit, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MaxInMemory);
        try
        {
            var first = await ReadAsync(content, buffer, limit, cancellation);
            if (first < buffer.Length) return new MemoryStream(buffer.AsSpan(0, first).ToArray());

            var file = OpenFile();
            try
            {
                for (var read = first; read > 0; read = await ReadAsync(content, buffer, limit - file.Length, cancellation))
                    await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
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

    private static ValueTask<int> ReadAsync(Stream content, byte[] buffer, long limit, CancellationToken cancellation)
    {
        var space = buffer.AsMemory(0, (int)Math.Min(limit, buffer.Length));
        return content.ReadAtLeastAsync(space, space.Length, throwOnEndOfStream: false, cancellation);
    }

    private static FileStream OpenFile()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        };
        var isUnix = !OperatingSystem.IsWindows();
        // What is scheduled is nobody else's business.
        if (isUnix) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        var file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), options);
        // Without a name it is gone even if the process is killed.
        if (isUnix) File.Delete(file.Name);
        return file;
    }
}
