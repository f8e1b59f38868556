namespace S3Scheduler.Api.Tests.Examples;

/// <param name="Section">The heading that it stands under.</param>
/// <param name="Language">Of its fence, such as sh.</param>
internal sealed record CodeBlock(string Section, string Language, string Text);

/// <summary>The examples of README.md, as they stand there.</summary>
internal static class Readme
{
    private const string Fence = "```";

    public static IReadOnlyList<CodeBlock> Blocks { get; } = [.. Read()];

    private static IEnumerable<CodeBlock> Read()
    {
        var (section, language) = ("", (string?)null);
        var text = new List<string>();
        foreach (var line in File.ReadLines(Path.Combine(HouseTests.Root, "README.md")))
        {
            if (language is null && line.StartsWith('#')) section = line.TrimStart('#', ' ');
            else if (!line.StartsWith(Fence, StringComparison.Ordinal)) text.Add(line);
            else if (language is null) (language, text) = (line[Fence.Length..], []);
            else
            {
                yield return new CodeBlock(section, language, string.Join('\n', text));
                language = null;
            }
        }
    }
}
