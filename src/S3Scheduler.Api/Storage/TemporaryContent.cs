using System.Buffers;

namespace S3Scheduler.Api.Storage;

/// <summary>
/// Keeps content whose length must be known, or that is read more than once: small content in memory, other content in
/// a file that is deleted when it is closed. On Unix it is also gone when the process is killed.
/// </summary>
public static class TemporaryContent
{
    /// <summary>In bytes.</summary>
    private const int MaxInMemory = 64 * 1024;

    /// <summary>
    /// Reads up to <paramref name="limit"/> bytes, in constant memory. An exception from the content reaches the caller
    /// unchanged. The result can seek and is at its beginning; the caller disposes it. If it is shorter than the limit,
    /// it is the whole content.
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
                var read = first;
                do await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
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
        // Other users of the machine must not read the content.
        if (isUnix) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        var file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), options);
        // Unix keeps an open file without a name, and frees its space when the process ends, even if it is killed.
        if (isUnix) File.Delete(file.Name);
        return file;
    }
}
