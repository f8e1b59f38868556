namespace S3Scheduler.Api.Storage.Local;

/// <summary>What Windows can't have in a file's name.</summary>
internal static class WindowsName
{
    public const string Forbidden = "<>:\"|?*\\";

    private static readonly HashSet<string> Devices = new(
        [
            "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
            .. "0123456789¹²³".SelectMany(number => new[] { $"COM{number}", $"LPT{number}" }),
        ],
        StringComparer.OrdinalIgnoreCase);

    public static string Mend(string name)
    {
        if (name[^1] is '.' or ' ') name = name[..^1] + KeyPath.Escaped(name[^1]);
        // A device is one with any extension.
        return Devices.Contains(name.Split('.')[0].TrimEnd(' ')) ? KeyPath.Escaped(name[0]) + name[1..] : name;
    }
}
