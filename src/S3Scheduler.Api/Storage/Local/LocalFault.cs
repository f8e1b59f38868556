namespace S3Scheduler.Api.Storage.Local;

/// <summary>Faults of the file system as the store's own. Clients see the messages, so they contain no path.</summary>
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
        StoreException.InvalidRange, $"The offset is not inside the content of '{key}'.", isTransient: false);

    public static StoreException KeyIsFolder(string key) => new("KeyIsFolder",
        $"The local store cannot hold '{key}': it would be a folder of an existing key, or the reverse.",
        isTransient: false);

    public static StoreException KeyIsTaken(string key) => new("KeyIsTaken",
        $"The local store cannot hold '{key}': its place has something that is not of the store, such as a link.",
        isTransient: false);

    public static StoreException AttributesLost() => new(StoreException.AttributesLost,
        "The content type, headers and metadata of this content can't be read: the local store's file with them is "
        + "damaged. Whoever runs the service can delete it, to go without them.", isTransient: false);

    public static StoreException KeysCoincide(string key, string other) => new(
        "KeysCoincide", $"This local store's file system cannot tell '{key}' from '{other}'.", isTransient: false);
}
