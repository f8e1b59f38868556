using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace S3Scheduler.Api.Tests;

/// <summary>The rules of the house that no compiler keeps.</summary>
public sealed class HouseTests
{
    private const int MaxLines = 250;

    // The usings of ASP.NET Core are implicit, so its namespace alone says little.
    private const string Foreign =
        @"\b(Microsoft\.AspNetCore|Amazon|Http(Context|Request|Response)|IFormFile|I?Results?|TypedResults|StatusCodes" +
        @"|ProblemDetails|Web(Application|Host)\w*|I(Application|EndpointRoute)Builder)\b";

    internal static readonly string Root = Path.GetFullPath("../..", Path.GetDirectoryName(ThisFile())!);
    private static readonly string Api = Path.Combine(Root, "src", "S3Scheduler.Api");

    [Fact]
    public void The_core_names_no_ASPNET_and_no_Amazon_type() =>
        Naming(Foreign, In("Scheduling")).ShouldBeEmpty();

    [Fact]
    public void The_port_names_no_ASPNET_and_no_Amazon_type() =>
        Naming(Foreign, Directory.GetFiles(Path.Combine(Api, "Storage"), "*.cs")).ShouldBeEmpty();

    [Fact]
    public void The_core_does_not_know_the_HTTP_edge_nor_the_port_the_core()
    {
        Naming(@"\bS3Scheduler\.Api\.Schedules\b", In("Scheduling", "Storage")).ShouldBeEmpty();
        Naming(@"\bS3Scheduler\.Api\.Scheduling\b", Directory.GetFiles(Path.Combine(Api, "Storage"), "*.cs")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Local")]
    [InlineData("S3")]
    public void An_adapter_is_named_in_Program_alone(string adapter)
    {
        var inside = Path.Combine(Api, "Storage", adapter) + Path.DirectorySeparatorChar;

        Naming($@"\b(S3Scheduler\.Api\.)?Storage\.{adapter}\b|\b{adapter}ObjectStore\b", SourcesIn(Api).Where(f => !f.StartsWith(inside, StringComparison.Ordinal)))
            .ShouldBe([Path.Combine("src", "S3Scheduler.Api", "Program.cs")]);
    }

    [Fact]
    public void The_Amazon_SDK_is_named_in_its_adapter_alone() => Naming(@"(?<!X-)\bAmazon\.(?!Lambda\.)", SourcesIn(Api))
        .ShouldAllBe(f => f.StartsWith(Path.Combine("src", "S3Scheduler.Api", "Storage", "S3"), StringComparison.Ordinal));

    [Fact]
    public void Lambda_is_named_in_its_hosting_alone() => Naming(@"\bAmazon\.Lambda\.|\bAWS_LAMBDA_", SourcesIn(Api))
        .ShouldBe([Path.Combine("src", "S3Scheduler.Api", "Hosting", "LambdaHosting.cs")]);

    [Fact]
    public void No_file_has_more_than_250_lines() =>
        SourcesIn(Path.Combine(Root, "src")).Concat(SourcesIn(Path.Combine(Root, "tests")))
            .Where(f => File.ReadLines(f).Count() > MaxLines).Select(FromRoot).ShouldBeEmpty();

    // Else the rules above would hold for want of files.
    [Fact]
    public void The_sources_are_found()
    {
        In("Scheduling", "Storage").Count().ShouldBeGreaterThan(30);
        SourcesIn(Path.Combine(Root, "tests")).ShouldContain(ThisFile());
    }

    private static IEnumerable<string> In(params string[] folders) => folders.SelectMany(f => SourcesIn(Path.Combine(Api, f)));

    private static IEnumerable<string> SourcesIn(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(f => !Path.GetRelativePath(Root, f).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    private static List<string> Naming(string pattern, IEnumerable<string> files) =>
        [.. files.Where(f => Regex.IsMatch(File.ReadAllText(f), pattern)).Select(FromRoot).Order(StringComparer.Ordinal)];

    private static string FromRoot(string file) => Path.GetRelativePath(Root, file);

    private static string ThisFile([CallerFilePath] string file = "") => file;
}
