using System.Runtime.InteropServices;

namespace S3Scheduler.Api.Storage.Local;

/// <summary>
/// Tells what is at a path without opening it. Opening a pipe blocks until somebody writes to it, and a link may lead
/// out of the store. Only regular files are objects.
/// </summary>
internal static class FileKind
{
    private const int Kinds = 0xF000;
    private const int Link = 0xA000;
    private const int Regular = 0x8000;
    private const int Folder = 0x4000;

    public static bool Exists(string path) => Of(path) is not null;

    public static bool IsFile(string path) => Of(path) == Regular;

    public static bool IsFolder(string path) => Of(path) == Folder;

    public static bool IsLink(string path) => Of(path) == Link;

    /// <summary>Whether something is there that is not a regular file, such as a folder, a link or a pipe.</summary>
    public static bool IsOther(string path) => Of(path) is not (null or Regular);

    /// <summary>Whether one of the folders above a path is a link. <paramref name="top"/> itself may be one.</summary>
    public static bool IsBehindLink(string path, string top)
    {
        for (var folder = Path.GetDirectoryName(path); folder?.Length > top.Length;
            folder = Path.GetDirectoryName(folder))
            if (IsLink(folder)) return true;
        return false;
    }

    /// <summary>Null: nothing is there, or it can't be told.</summary>
    private static int? Of(string path)
    {
        // Longer than the structure is. Its first member has flags, the second one the kind and the permissions.
        Span<int> status = stackalloc int[64];
        return LStat(path, ref status[0]) == 0 ? status[1] & Kinds : null;
    }

    // .NET has no public call that tells a pipe or a socket from a file. This is the one that it uses itself.
    [DllImport("libSystem.Native", EntryPoint = "SystemNative_LStat", BestFitMapping = false,
        ThrowOnUnmappableChar = true)]
    private static extern int LStat([MarshalAs(UnmanagedType.LPUTF8Str)] string path, ref int status);
}
