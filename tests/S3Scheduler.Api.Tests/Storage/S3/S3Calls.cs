namespace S3Scheduler.Api.Tests.Storage.S3;

/// <summary>Every call of <see cref="IObjectStore"/>, for what holds for all of them.</summary>
internal static class S3Calls
{
    public static readonly ObjectAddress Here = new("bucket", "here.html");
    public static readonly ObjectAddress There = new("bucket", "there");

    public static readonly string[] Names =
    [
        "put", "put if absent", "head", "get", "get from an offset", "list", "copy", "delete",
        "delete of a key that XML can't hold",
    ];

    public static IEnumerable<(string Name, Func<Task> Make)> All(
        IObjectStore store, CancellationToken? cancel = null)
    {
        var cancellation = cancel ?? TestContext.Current.CancellationToken;
        Func<Task>[] calls =
        [
            () => PutAsync(store, PutCondition.None, cancellation),
            () => PutAsync(store, PutCondition.IfAbsent, cancellation),
            () => store.HeadAsync(Here, cancellation),
            () => store.GetAsync(Here, cancellation),
            () => store.GetAsync(Here, 2, cancellation),
            () => store.ListAsync("bucket", "", "", 10, cancellation),
            () => store.CopyAsync(Here, 1, There, cancellation),
            () => store.DeleteAsync("bucket", [new DeleteTarget("here")], cancellation),
            () => store.DeleteAsync("bucket", [new DeleteTarget("\a")], cancellation),
        ];
        return Names.Zip(calls);
    }

    public static Task<PutResult> PutAsync(IObjectStore store, PutCondition condition, CancellationToken cancellation)
        => store.PutAsync(Here, new MemoryStream([1, 2, 3]), new ObjectAttributes(), condition, cancellation);
}
