using System.Text.RegularExpressions;

namespace S3Scheduler.Api.Tests.Examples;

/// <summary>What must hold of all documents: links lead somewhere, and examples are run.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] Languages = ["", "csharp", "javascript", "mermaid", "python", "sh"];

    [Fact]
    public void Every_link_leads_to_a_file_and_to_a_heading_in_it()
    {
        var links = from document in Documents.Paths
                    from Match link in Link().Matches(Documents.Prose(document).Text)
                    let target = link.Groups["target"].Value
                    where !target.Contains("://", StringComparison.Ordinal)
                    select (Document: document, Target: target);
        links.Count().ShouldBeGreaterThan(50);
        links.Where(link => !Exists(link.Document, link.Target)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_shell_example_that_calls_the_service_is_run()
    {
        var left = Documents.Blocks
            .Where(block => block.Language == "sh" && ExampleTests.ReasonNotToRun(block) is not null).ToList();
        // UploadExampleTests and KeyExampleTests run these.
        left.Where(b => b.Text.Contains(ExampleTests.Address, StringComparison.Ordinal))
            .ShouldAllBe(b => b.Section == ExampleTests.Uploads || KeyExampleTests.Sections.Contains(b.Section));
        ExampleTests.NotRun.Where(n => !left.Any(n.Covers)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_code_block_is_in_a_language_that_the_tests_know() =>
        Documents.Blocks.Where(block => !Languages.Contains(block.Language)).ShouldBeEmpty();

    [Fact]
    public void The_README_stays_short() =>
        File.ReadLines(Path.Combine(HouseTests.Root, "README.md")).Count().ShouldBeLessThan(250);

    private static bool Exists(string document, string target)
    {
        var (file, anchor) = target.Split('#') is [var name, var heading] ? (name, heading) : (target, null);
        var folder = Path.Combine(HouseTests.Root, Path.GetDirectoryName(document)!);
        var path = file.Length == 0 ? Path.Combine(HouseTests.Root, document) : Path.GetFullPath(file, folder);
        return anchor is null
            ? File.Exists(path) || Directory.Exists(path)
            : File.Exists(path) && Documents.Prose(path).Headings.Select(Anchor).Contains(anchor);
    }

    // As GitHub makes it: letters, digits, hyphens and underscores stay, spaces become hyphens.
    private static string Anchor(string heading) => string.Concat(heading.ToLowerInvariant()
        .Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_').Select(c => c == ' ' ? '-' : c));

    [GeneratedRegex(@"\[[^\]]*\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();
}
