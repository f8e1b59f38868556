using System.Net.Sockets;
using S3Scheduler.Api.Tests.Simulation;

namespace S3Scheduler.Api.Tests.Lies.Local;

/// <summary>
/// Somebody who damages the attributes of ill schedules in a local store, and puts pipes, sockets, links and folders
/// everywhere into it.
/// </summary>
internal sealed class Vandal(TemporaryFolder store, TimeProvider time, ulong seed) : IDisposable
{
    private const string Secret = "a secret outside of the store";

    private const string Schedules = "scheduler/schedules";
    private const string Temporary = ".store/tmp";
    private const int OldFiles = 50;

    private static readonly string[] Kinds =
        ["pipe", "socket", "link", "link to a pipe", "link to a folder", "link to nothing", "folder"];

    private readonly Dice _dice = new(Dice.Seed(seed, "vandal"));
    private readonly TemporaryFolder _outside = new();
    private readonly List<Socket> _sockets = [];
    private readonly List<string> _pipes = [];
    private readonly HashSet<string> _damaged = [];
    private readonly List<string> _planted = [];
    private int _names;

    /// <summary>The keys of the schedules that something has the name of.</summary>
    public IReadOnlyList<string> Planted => _planted;

    /// <summary>How many wrong things were done.</summary>
    public int Done { get; private set; }

    /// <summary>How often each.</summary>
    public Dictionary<string, int> Told { get; } = [];

    /// <summary>What is wrong from the start: some destinations can't be written, and a process has died.</summary>
    public void Begin()
    {
        File.WriteAllText(_outside["secret"], Secret);
        Directory.CreateDirectory(_outside["folder"]);
        File.WriteAllText(_outside["folder/secret"], Secret);
        MakePipe(_outside, "pipe");
        File.CreateSymbolicLink(store["ill-1"], _outside["folder"]);
        File.WriteAllText(store["ill-2"], "in the place of a bucket");
        MakePipe(store, "ill-3");
        for (var n = 0; n < 1000; n++) Directory.CreateDirectory(store[$"ill-4/n-{n}"]);
        for (var n = 0; n < 1000; n++) File.WriteAllText(store[$"ill-4/n-{n}/mine"], "in the place of a key");
        Directory.CreateDirectory(store[Temporary]);
        for (var n = 0; n < OldFiles; n++) MakeOld(store[$"{Temporary}/old-{n}"]);
    }

    public void Step()
    {
        try
        {
            var what = _dice.Below(6) switch
            {
                0 or 1 => DamageOne($"{Schedules}", "*|ill-?|*"),
                2 => DamageOne($"{Schedules}/{_dice.Pick(".sweep", ".delivered")}", "*"),
                3 => PlantSchedule(),
                4 => Plant($"{Schedules}/{_dice.Pick(".failed", ".failed/.marks", ".sweep", ".delivered", ".claims")}"),
                _ => Plant(_dice.Pick("good-1", "good-2", Temporary, Schedules, "scheduler", ".")),
            };
            if (what is null) return;
            Done++;
            Told[what] = Told.GetValueOrDefault(what) + 1;
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or SocketException or ArgumentException)
        {
            // The service has just removed or replaced what is there. Or the path is too long for a socket.
        }
    }

    /// <summary>What is outside of the store is as it was, and nothing of it is inside.</summary>
    public IEnumerable<string> Faults()
    {
        string[] expected = ["folder/secret", "pipe", "secret"];
        if (!_outside.Files().SequenceEqual(expected))
            yield return $"Outside of the store there are {string.Join(", ", _outside.Files())}.";
        foreach (var file in expected.Where(file => file != "pipe"))
            if (File.ReadAllText(_outside[file]) != Secret) yield return $"{file} outside of the store has changed.";
        foreach (var file in store.Files().Where(HasSecret)) yield return $"{file} has what was outside of the store.";
        var old = store.Files(Temporary).Count(file => file.StartsWith("old-", StringComparison.Ordinal));
        if (old > 0) yield return $"{old} old temporary files are left.";
    }

    /// <summary>Lets threads go on that wait at one of the pipes.</summary>
    public void Free()
    {
        foreach (var pipe in _pipes.Where(File.Exists))
            new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
    }

    public void Dispose()
    {
        foreach (var socket in _sockets) socket.Dispose();
        _outside.Dispose();
    }

    private string? DamageOne(string folder, string names)
    {
        var among = store[$".store/attributes/{folder}"];
        if (!Directory.Exists(among)) return null;
        var all = Directory.GetFiles(among, $"{names}%attributes").Order(StringComparer.Ordinal)
            .Where(file => !_damaged.Contains(file)).ToArray();
        if (all.Length == 0) return null;
        var (file, damage) = (all[_dice.Below(all.Length)], Damage.All[_dice.Below(Damage.All.Count)]);
        _damaged.Add(file);
        if (damage == "pipe") _pipes.Add(file);
        Damage.Do(damage, store, Path.GetRelativePath(store.Path, file));
        return $"attributes: {damage}";
    }

    // Those that are called secret are reached by a link to their folder.
    private bool HasSecret(string file) =>
        new FileInfo(store[file]) is { LinkTarget: null, Length: var length, Name: not "secret" }
        && length == Secret.Length && File.ReadAllText(store[file]) == Secret;

    // Its time comes soon.
    private string PlantSchedule()
    {
        var dueAt = DueTime.Write(DueTime.RoundUp(time.GetUtcNow() + _dice.Seconds(0, 5)));
        var key = $"{dueAt}|good-1|x{++_names}";
        var kind = Make(Schedules, key);
        _planted.Add(key);
        return kind;
    }

    // In a bucket, the name is that of a schedule that is posted soon.
    private string Plant(string folder) => Make(folder, folder.StartsWith("good-", StringComparison.Ordinal)
        ? $"n{_dice.Below(300)}"
        : folder.EndsWith(".sweep", StringComparison.Ordinal) ? $"{999_999_990_000 + ++_names}" : $"x{++_names}");

    private string Make(string folder, string name)
    {
        var (kind, at) = (_dice.Pick<string>(Kinds), $"{folder}/{name}");
        Directory.CreateDirectory(store[folder]);
        if (File.Exists(store[at])) return "nothing";
        switch (kind)
        {
            case "pipe":
                MakePipe(store, at);
                break;
            case "socket":
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                _sockets.Add(socket);
                socket.Bind(new UnixDomainSocketEndPoint(store[at]));
                break;
            case "folder":
                Directory.CreateDirectory(store[at]);
                break;
            default:
                File.CreateSymbolicLink(store[at], kind switch
                {
                    "link" => _outside["secret"],
                    "link to a pipe" => _outside["pipe"],
                    "link to a folder" => _outside["folder"],
                    _ => "/nowhere",
                });
                break;
        }

        return kind;
    }

    private void MakePipe(TemporaryFolder folder, string at)
    {
        folder.MakePipe(at);
        _pipes.Add(folder[at]);
    }

    private static void MakeOld(string path)
    {
        File.WriteAllText(path, "left over");
        File.SetLastWriteTimeUtc(path, ManualTime.Start.UtcDateTime.AddDays(-2));
    }
}
