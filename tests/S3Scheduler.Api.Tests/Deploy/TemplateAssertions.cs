using System.Text.Json.Nodes;

namespace S3Scheduler.Api.Tests.Deploy;

internal static class TemplateAssertions
{
    public static void ShouldBeText(this JsonNode? node, string expected) => ((string?)node).ShouldBe(expected);

    public static void ShouldBeTexts(this (JsonNode? First, JsonNode? Second, JsonNode? Third) nodes, params string[] expected) =>
        new[] { nodes.First, nodes.Second, nodes.Third }.Select(node => (string?)node).ShouldBe(expected);
}
