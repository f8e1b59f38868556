using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace S3Scheduler.Api.Tests.Deploy;

/// <summary>
/// A CloudFormation template with the values of its parameters. What only AWS knows stays a name in braces, such as
/// <c>{Bucket.Arn}</c>. An unknown function is an error.
/// </summary>
internal sealed partial class Template
{
    // The templates take it apart, which would fail with a name in braces.
    private static readonly (string Name, string Value) SomeDestination = ("Destinations", "arn:aws:s3:::reports");

    private readonly Dictionary<string, JsonNode> _parameters = [];
    private readonly YamlMappingNode _root;

    private Template(YamlMappingNode root) => _root = root;

    public JsonObject Parameters => Plain("Parameters");
    public JsonObject Resources => Plain("Resources");

    /// <summary>Why CloudFormation refuses the values of the parameters; empty: it takes them.</summary>
    public IReadOnlyList<string> Refusals =>
    [
        .. from rule in ((YamlMappingNode)_root["Rules"]).Children.Values.Cast<YamlMappingNode>()
           where !rule.Children.TryGetValue("RuleCondition", out var condition) || IsTrue(condition)
           from assertion in (YamlSequenceNode)rule["Assertions"]
           where !IsTrue(assertion["Assert"])
           select (string)assertion["AssertDescription"]!,
    ];

    /// <summary>The environment of the service. Secrets are there by their ARNs.</summary>
    public IReadOnlyDictionary<string, string> Settings => Resources.ContainsKey("Function")
        ? Properties("AWS::Serverless::Function")["Environment"]!["Variables"]!.AsObject()
            .ToDictionary(variable => variable.Key, variable => (string)variable.Value!)
        : Container["Environment"]!.AsArray().Concat(Container["Secrets"]!.AsArray())
            .ToDictionary(v => (string)v!["Name"]!, v => (string)(v!["Value"] ?? v["ValueFrom"])!);

    /// <summary>The container of the template for ECS.</summary>
    public JsonNode Container =>
        Properties("AWS::ECS::TaskDefinition")["ContainerDefinitions"]!.AsArray().ShouldHaveSingleItem()!;

    /// <param name="values">Values of parameters, lists with commas. The other parameters have their defaults.</param>
    public static Template Load(string file, params (string Name, string Value)[] values)
    {
        using var text = File.OpenText(Path.Combine(HouseTests.Root, "deploy", file));
        var yaml = new YamlStream();
        yaml.Load(text);
        var template = new Template((YamlMappingNode)yaml.Documents.Single().RootNode);
        foreach (var (name, parameter) in template.Parameters)
        {
            var given = values.Append(SomeDestination).FirstOrDefault(v => v.Name == name).Value;
            var value = given ?? (string?)parameter!["Default"] ?? $"{{{name}}}";
            template._parameters[name] = IsList(parameter!) ? List(value.Split(',')) : value;
        }

        return template;
    }

    /// <param name="name">Needed if there are several resources of that type.</param>
    public JsonObject Properties(string type, string? name = null) => Resources
        .Single(r => (string?)r.Value!["Type"] == type && (name ?? r.Key) == r.Key).Value!["Properties"]!.AsObject();

    private static bool IsList(JsonNode parameter) =>
        (string)parameter["Type"]! is "CommaDelimitedList" or ['L', 'i', 's', 't', '<', ..];

    private JsonObject Plain(string section) =>
        _root.Children.TryGetValue(section, out var node) ? Evaluate(node)!.AsObject() : [];

    // Null: AWS::NoValue.
    private JsonNode? Evaluate(YamlNode node)
    {
        if (node.Tag is { IsEmpty: false, Value: ['!', not '!', ..] tag }) return Call(tag[1..], node);
        return node switch
        {
            YamlScalarNode scalar => scalar.Value,
            YamlSequenceNode sequence => List(sequence.Select(Evaluate)),
            YamlMappingNode mapping => new JsonObject(mapping.Children
                .Select(child => KeyValuePair.Create((string)child.Key!, Evaluate(child.Value)))
                .Where(child => child.Value is not null)),
            _ => throw new NotSupportedException($"{node.Start}: {node}"),
        };
    }

    private JsonNode? Call(string function, YamlNode node) => function switch
    {
        "Ref" => Value((string)node!),
        "GetAtt" => $"{{{(string)node!}}}",
        "Sub" => Substitute(node),
        "If" => Evaluate(node[IsTrue(node[0]) ? 1 : 2]),
        "Select" => Evaluate(node[1])![int.Parse((string)node[0]!, null)]!.DeepClone(),
        "Join" => string.Join((string)node[0]!, Evaluate(node[1])!.AsArray().Select(part => (string?)part)),
        "Split" => List(((string)Evaluate(node[1])!).Split((string)node[0]!)),
        _ => throw new NotSupportedException($"{node.Start}: !{function}"),
    };

    private JsonNode? Value(string name) => name switch
    {
        "AWS::NoValue" => null,
        "AWS::Partition" => "aws",
        _ => _parameters.GetValueOrDefault(name)?.DeepClone() ?? $"{{{name}}}",
    };

    private string Substitute(YamlNode node)
    {
        var isList = node is YamlSequenceNode;
        var (text, own) = ((string)(isList ? node[0] : node)!, isList ? Evaluate(node[1])!.AsObject() : []);
        return Variable().Replace(text, match => (string)(own[match.Groups[1].Value] ?? Value(match.Groups[1].Value))!);
    }

    private bool IsTrue(YamlNode condition) => condition.Tag.IsEmpty
        ? IsTrue(_root["Conditions"][condition])
        : condition.Tag.Value switch
        {
            "!Equals" => (string?)Evaluate(condition[0]) == (string?)Evaluate(condition[1]),
            "!Contains" => Evaluate(condition[0])!.AsArray().Any(v => (string?)v == (string?)Evaluate(condition[1])),
            "!Not" => !IsTrue(condition[0]),
            "!And" => ((YamlSequenceNode)condition).All(IsTrue),
            "!Or" => ((YamlSequenceNode)condition).Any(IsTrue),
            "!Condition" => IsTrue(_root["Conditions"][(string)condition!]),
            var other => throw new NotSupportedException($"{condition.Start}: {other}"),
        };

    private static JsonArray List(IEnumerable<JsonNode?> items) => new([.. items.Where(item => item is not null)]);

    private static JsonArray List(string[] items) => List(items.Select(item => (JsonNode?)item));

    [GeneratedRegex(@"\$\{([^}]+)\}")]
    private static partial Regex Variable();
}

internal static class TemplateAssertions
{
    public static void ShouldBeText(this JsonNode? node, string expected) => ((string?)node).ShouldBe(expected);

    public static void ShouldBeTexts(
        this (JsonNode? First, JsonNode? Second, JsonNode? Third) nodes, params string[] expected) =>
        new[] { nodes.First, nodes.Second, nodes.Third }.Select(node => (string?)node).ShouldBe(expected);
}
