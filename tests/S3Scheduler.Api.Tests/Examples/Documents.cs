namespace S3Scheduler.Api.Tests.Examples;

/// <param name="Document">Its path from the root, such as docs/api.md.</param>
/// <param name="Section">The heading above the block.</param>
/// <param name="Language">The word behind the fence, such as sh.</param>
internal sealed record CodeBlock(string Document, string Section, string Language, string Text);

/// <summary>The Markdown files of the root and of docs, with their code blocks.</summary>
internal static class Documents
{
    private const string Fence = "```";

    /// <summary>Paths from the root, with slashes.</summary>
    public static IReadOnlyList<string> Paths { get; } =
    [
        .. Directory.GetFiles(HouseTests.Root, "*.md")
            .Concat(Directory.GetFiles(Path.Combine(HouseTests.Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(HouseTests.Root, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal),
    ];

    public static IReadOnlyList<CodeBlock> Blocks { get; } = [.. Paths.SelectMany(path => Read(path).Blocks)];

    /// <summary>The text without its code blocks, and the headings in it.</summary>
    public static (string Text, IReadOnlyList<string> Headings) Prose(string path)
    {
        var text = Read(path).Prose;
        return (string.Join('\n', text), [.. text.Where(line => line.StartsWith('#')).Select(Heading)]);
    }

    private static (List<CodeBlock> Blocks, List<string> Prose) Read(string path)
    {
        var (blocks, prose, code) = (new List<CodeBlock>(), new List<string>(), new List<string>());
        var (section, language) = ("", (string?)null); // language: null outside a block
        foreach (var line in File.ReadLines(Path.Combine(HouseTests.Root, path)))
        {
            if (line.StartsWith(Fence, StringComparison.Ordinal))
            {
                if (language is not null) blocks.Add(new(path, section, language, string.Join('\n', code)));
                language = language is null ? line[Fence.Length..] : null;
                code.Clear();
                continue;
            }

            (language is null ? prose : code).Add(line);
            if (language is null && line.StartsWith('#')) section = Heading(line);
        }

        return (blocks, prose);
    }

    private static string Heading(string line) => line.TrimStart('#', ' ');
}
