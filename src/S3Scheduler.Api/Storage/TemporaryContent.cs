using System.Buffers;

namespace S3Scheduler.Api.Storage;

/// <summary>
/// Content whose length must be known, or that is read more than once, waits in memory while it is small, else in a file
/// that is gone when closed.
/// </summary>
public static class TemporaryContent
{
    /// <summary>In bytes.</summary>
    private const int MaxInMemory = 64 * 1024;

    /// <summary>
    /// Reads the content to its end in constant memory; what it throws comes through as it is. The result can seek, and
    /// stands at its beginning; the caller disposes it.
    /// </summary>
    public static async Task<Stream> SpoolAsync(Stream content, CancellationToken cancellation)
    {
        var start = ArrayPool<byte>.Shared.Rent(MaxInMemory + 1);
        try
        {
            var length = await content.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellation);
            return length < start.Length
                ? new MemoryStream(start.AsSpan(0, length).ToArray())
                : await SpoolToFileAsync(start, content, cancellation);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(start);
        }
    }

    private static async Task<Stream> SpoolToFileAsync(ReadOnlyMemory<byte> start, Stream rest, CancellationToken cancellation)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        };
        // What is scheduled is nobody else's business.
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        var file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), options);
        try
        {
            await file.WriteAsync(start, cancellation);
            await rest.CopyToAsync(file, cancellation);
            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }
}
