using YamlDotNet.RepresentationModel;

namespace S3Scheduler.Api.Tests.Deploy;

/// <summary>What deploy/compose.yaml opens to the host, and what it tells the service.</summary>
internal static class Compose
{
    /// <summary>The environment of the service s3-scheduler.</summary>
    public static IReadOnlyDictionary<string, string> Settings { get; } = Services()["s3-scheduler"]["environment"]
        .AsMapping().ToDictionary(variable => (string)variable.Key!, variable => (string)variable.Value!);

    /// <summary>The ports of all services that are opened on the host, such as 127.0.0.1:8080:8080.</summary>
    public static IReadOnlyList<string> Ports { get; } =
    [
        .. Services().Children.Values.Cast<YamlMappingNode>()
            .Where(service => service.Children.ContainsKey("ports"))
            .SelectMany(service => (YamlSequenceNode)service["ports"]).Select(port => (string)port!),
    ];

    /// <summary>The images of all services.</summary>
    public static IReadOnlyList<string> Images { get; } =
        [.. Services().Children.Values.Select(service => (string)service["image"]!)];

    private static YamlMappingNode Services()
    {
        using var text = File.OpenText(Path.Combine(HouseTests.Root, "deploy", "compose.yaml"));
        var yaml = new YamlStream();
        yaml.Load(text);
        return (YamlMappingNode)yaml.Documents.Single().RootNode["services"];
    }

    private static IDictionary<YamlNode, YamlNode> AsMapping(this YamlNode node) => ((YamlMappingNode)node).Children;
}
