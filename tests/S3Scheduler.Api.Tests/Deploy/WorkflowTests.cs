using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace S3Scheduler.Api.Tests.Deploy;

/// <summary>What the workflows on GitHub may run and do.</summary>
public sealed partial class WorkflowTests
{
    public static TheoryData<string> Workflows =>
        [.. Directory.GetFiles(Path.Combine(HouseTests.Root, ".github", "workflows")).Select(f => Path.GetFileName(f))];

    // A tag can be moved to other code, a commit can't.
    [Theory]
    [MemberData(nameof(Workflows))]
    public void Every_action_is_named_by_its_commit_with_its_version_in_a_comment(string file)
    {
        var uses = File.ReadLines(PathOf(file)).Where(l => l.Contains("uses:", StringComparison.Ordinal)).ToList();
        uses.ShouldNotBeEmpty();
        uses.Where(line => !ByCommit().IsMatch(line)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void A_workflow_can_read_the_repository_and_do_nothing_else(string file)
    {
        using var text = File.OpenText(PathOf(file));
        var yaml = new YamlStream();
        yaml.Load(text);
        var workflow = (YamlMappingNode)yaml.Documents.Single().RootNode;
        ((YamlMappingNode)workflow["permissions"]).Children
            .ShouldHaveSingleItem().ShouldBe(new(new YamlScalarNode("contents"), new YamlScalarNode("read")));
        // A job's own permissions would replace these.
        ((YamlMappingNode)workflow["jobs"]).Children.Values.Cast<YamlMappingNode>()
            .ShouldAllBe(job => !job.Children.ContainsKey("permissions"));
    }

    private static string PathOf(string file) => Path.Combine(HouseTests.Root, ".github", "workflows", file);

    [GeneratedRegex(@"^ +(- )?uses: [\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")]
    private static partial Regex ByCommit();
}
