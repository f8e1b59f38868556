namespace S3Scheduler.Api.Storage;

/// <summary>Content whose length must be known, or that is read more than once, waits in a file that is gone when closed.</summary>
public static class TemporaryContent
{
    /// <summary>
    /// Reads the content to its end in constant memory; what it throws comes through as it is. The file stands at its
    /// beginning; the caller disposes it.
    /// </summary>
    public static async Task<FileStream> SpoolAsync(Stream content, CancellationToken cancellation)
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
            await content.CopyToAsync(file, cancellation);
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
