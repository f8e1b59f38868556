using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace S3Scheduler.Api.Tests;

/// <summary>The rules of the house. Arrows between rooms are read from the compiled code.</summary>
public sealed class HouseTests
{
    private const string Service = "S3Scheduler.Api";

    /// <summary>From the bottom up: a room may depend on those before it, and on none after it.</summary>
    private static readonly string[] Rooms =
        ["Storage", "Layout", "Telemetry", "Hosting", "Delivery", "Scheduling", "Http"];

    internal static readonly string Root = Path.GetFullPath("../..", Path.GetDirectoryName(ThisFile())!);

    private static readonly Lazy<IReadOnlyList<Arrow>> Arrows = new(() =>
    [
        .. new ArchLoader().LoadAssembly(typeof(SchedulerOptions).Assembly).Build().Types
            .SelectMany(type => type.Dependencies)
            .Where(dependency => dependency.Target is not GenericParameter)
            .Select(d => new Arrow(Home(d.Origin), d.Origin.FullName, Home(d.Target), d.Target.FullName))
            .Where(arrow => arrow.From != arrow.To).Distinct(),
    ]);

    [Fact]
    public void No_room_depends_on_a_room_above_it() =>
        Between(Room, Room).Where(a => Height(a.From) < Height(a.To)).ShouldBeEmpty();

    [Fact]
    public void No_folder_depends_on_itself_by_way_of_another()
    {
        var next = Between(n => n, n => n).ToLookup(a => a.From, a => a.To);
        HashSet<string> Reach(string from)
        {
            var seen = new HashSet<string>();
            var open = new Stack<string>(next[from]);
            while (open.TryPop(out var to))
                if (seen.Add(to)) foreach (var more in next[to]) open.Push(more);
            return seen;
        }

        next.Select(folder => folder.Key).Where(folder => folder != Service && Reach(folder).Contains(folder))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Scheduling_wakes_delivery_by_its_alarm_and_knows_nothing_else_of_it() =>
        Between(Room, Room).Where(a => Room(a.From) == "Scheduling" && Room(a.To) == "Delivery")
            .Select(a => a.Target).Distinct().ShouldBe([typeof(SweepAlarm).FullName]);

    [Fact]
    public void The_other_rooms_know_the_settings_and_nothing_else_of_hosting() =>
        Between(Room, Room).Where(a => Room(a.To) == "Hosting").Select(a => a.Target).Distinct()
            .ShouldBe([typeof(SchedulerOptions).FullName]);

    [Theory]
    [InlineData("Storage.Local")]
    [InlineData("Storage.S3")]
    public void Program_alone_knows_an_adapter(string adapter) =>
        Arrows.Value.Where(a => a.To == $"{Service}.{adapter}" && a.From is not ("" or Service)).ShouldBeEmpty();

    [Fact]
    public void The_S3_adapter_alone_depends_on_the_Amazon_SDK() =>
        From(@"^Amazon\.(?!Lambda)").ShouldBe([$"{Service}.Storage.S3"]);

    [Fact]
    public void Http_and_hosting_alone_depend_on_ASPNET() => From(@"^Microsoft\.AspNetCore\.")
        .ShouldAllBe(folder => Room(folder) == "Http" || Room(folder) == "Hosting" || folder == Service);

    [Fact]
    public void Lambda_is_named_in_its_hosting_alone() =>
        Sources("src").Where(f => Regex.IsMatch(File.ReadAllText(f), @"\bAmazon\.Lambda\.|\bAWS_LAMBDA_"))
            .Select(FromRoot).ShouldBe([Path.Combine("src", Service, "Hosting", "LambdaHosting.cs")]);

    [Fact]
    public void Namespaces_follow_folders() => Sources("src", "tests").Where(file =>
    {
        var folder = Path.GetDirectoryName(FromRoot(file))!.Split(Path.DirectorySeparatorChar)[1..];
        var written = Regex.Match(File.ReadAllText(file), @"^namespace ([\w.]+);", RegexOptions.Multiline);
        return written.Success && written.Groups[1].Value != string.Join('.', folder);
    }).ShouldBeEmpty();

    [Fact]
    public void No_folder_has_more_than_20_files() =>
        Sources("src").GroupBy(Path.GetDirectoryName).Where(f => f.Count() > 20).Select(f => f.Key).ShouldBeEmpty();

    [Fact]
    public void No_file_has_more_than_250_lines() =>
        Sources("src", "tests").Concat(Scripts()).Where(f => File.ReadLines(f).Count() > 250).ShouldBeEmpty();

    [Fact]
    public void No_line_has_more_than_120_characters() => Sources("src", "tests").Concat(Scripts())
        .SelectMany(f => File.ReadLines(f).Index().Where(l => l.Item.Length > 120), (f, l) => $"{f}:{l.Index + 1}")
        .ShouldBeEmpty();

    // Without files and arrows, the rules above would always pass.
    [Fact]
    public void The_checks_find_source_files_and_dependencies()
    {
        Sources("src").Count().ShouldBeGreaterThan(80);
        Sources("tests").ShouldContain(ThisFile());
        Scripts().Count().ShouldBeGreaterThan(10);
        Arrows.Value.Select(a => Room(a.From)).Distinct().ShouldBe(Rooms.Append(""), ignoreOrder: true);
    }

    private static IEnumerable<Arrow> Between(Func<string, string> from, Func<string, string> to) => Arrows.Value
        .Where(a => a.From.StartsWith(Service, StringComparison.Ordinal))
        .Where(a => a.To.StartsWith(Service, StringComparison.Ordinal))
        .Where(a => from(a.From) != to(a.To) && from(a.From).Length > 0 && to(a.To).Length > 0);

    /// <summary>The folders with types that depend on a type whose full name matches.</summary>
    private static IEnumerable<string> From(string target) =>
        Arrows.Value.Where(a => Regex.IsMatch(a.Target, target)).Select(a => a.From).Distinct();

    private static string Home(IType type) => type.Namespace?.FullName ?? "";

    private static int Height(string folder) => Array.IndexOf(Rooms, Room(folder));

    /// <summary>Empty: Program.cs, or not a room of the service.</summary>
    private static string Room(string folder) =>
        folder.StartsWith(Service + ".", StringComparison.Ordinal) ? folder.Split('.')[2] : "";

    private static IEnumerable<string> Sources(params string[] folders) => folders
        .SelectMany(f => Directory.EnumerateFiles(Path.Combine(Root, f), "*.cs", SearchOption.AllDirectories))
        .Where(f => !FromRoot(f).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    // The console's own files, without those of libraries.
    private static IEnumerable<string> Scripts() => Directory
        .EnumerateFiles(Path.Combine(Root, "src", Service, "wwwroot"), "*.*", SearchOption.AllDirectories)
        .Where(f => Path.GetExtension(f) is ".js" or ".css" or ".html" && !f.Contains("/vendor/"));

    private static string FromRoot(string file) => Path.GetRelativePath(Root, file);

    private static string ThisFile([CallerFilePath] string file = "") => file;

    private sealed record Arrow(string From, string Origin, string To, string Target);
}
