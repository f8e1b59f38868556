using System.Text;
using System.Text.RegularExpressions;

namespace S3Scheduler.Api.Storage.Local;

/// <summary>The paths of all files: contents in <c>{bucket}/{key}</c>, everything else in <c>.store</c>.</summary>
internal sealed partial class LocalPaths(string root)
{
    private const int MaxKeyBytes = 1024;

    private readonly string _root = Path.GetFullPath(root);

    /// <summary>It may be a link. No link below it is followed.</summary>
    public string Root => _root;

    public string Temporary => Inside("tmp");
    public string Lock => Inside("lock");

    public string Bucket(string bucket) => Path.Combine(_root, FolderOf(bucket));
    public string Content(ObjectAddress address) => Path.Combine(Bucket(address.Bucket), FileOf(address));
    public string AttributesOf(string bucket) => Path.Combine(Inside("attributes"), FolderOf(bucket));

    // No folder's name ends like this, so a sidecar that a crash left behind never blocks another key.
    public string Attributes(ObjectAddress address) =>
        Path.Combine(AttributesOf(address.Bucket), FileOf(address) + "%attributes");

    // No bucket has this name, as it starts with a dot.
    private string Inside(string name) => Path.Combine(_root, ".store", name);

    private static string FolderOf(string bucket) =>
        BucketName().IsMatch(bucket)
            ? bucket
            : throw new StoreException(
                "InvalidBucketName", $"'{bucket}' is not a valid bucket name.", isTransient: false);

    private static string FileOf(ObjectAddress address)
    {
        if (!address.HasUnicodeKey)
            throw new StoreException("InvalidURI", "The key is not valid Unicode.", isTransient: false);
        if (Encoding.UTF8.GetByteCount(address.Key) is 0 or > MaxKeyBytes)
            throw new StoreException("KeyTooLongError", $"A key has 1 to {MaxKeyBytes} bytes.", isTransient: false);
        return KeyPath.FromKey(address.Key);
    }

    // A file system takes a name of 255 bytes. It starts with no dot, so it is no path to another folder.
    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,254}\z")]
    private static partial Regex BucketName();
}
