namespace S3Scheduler.Api.Storage.Local;

/// <summary>What the file system throws, as the port's own. Clients see the messages, so they name no path.</summary>
internal static class LocalFault
{
    public static async Task<T> TranslateAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (Of(e) is { } fault)
        {
            throw fault;
        }
    }

    public static StoreException? Of(Exception exception) => exception switch
    {
        UnauthorizedAccessException => new StoreException(
            "AccessDenied", "The local store has no permission for this.", isTransient: false, exception),
        PathTooLongException => new StoreException(
            "KeyTooLongError", "The key is too long for the local store's file system.", isTransient: false, exception),
        IOException => new StoreException(
            StoreException.Unreachable, "The local store's disk is full or failing.", isTransient: true, exception),
        _ => null,
    };

    public static StoreException OutOfRange(string key) => new(
        StoreException.InvalidRange, $"'{key}' ends before the place where it is to be read from.", isTransient: false);

    public static StoreException KeyIsFolder(string key) => new(
        "KeyIsFolder",
        $"A local store can't hold '{key}' beside what it has: one of two keys is a folder of the other.",
        isTransient: false);

    public static StoreException KeysCoincide(string key, string other) => new(
        "KeysCoincide", $"This local store's file system can't tell '{key}' from '{other}'.", isTransient: false);
}
