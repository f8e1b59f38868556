using System.Text.Json.Nodes;

namespace S3Scheduler.Api.Tests.Deploy;

internal enum Resource
{
    Bucket,
    Folder,
    Destination,
}

/// <summary>An IAM action, and on what.</summary>
internal sealed record Permission(string Operation, Resource On)
{
    private const string Marker = "/.probe";

    public override string ToString() => $"{Operation} on the {On}";

    /// <summary>By the role of a template.</summary>
    public static IReadOnlyCollection<Permission> GrantedBy(string file, string role)
    {
        var template = Template.Load(
            file, ("Folder", "later"), ("Destinations", "arn:aws:s3:::reports,arn:aws:s3:::exports/daily"));
        var statements = template.Properties("AWS::IAM::Role", role)["Policies"]!.AsArray()
            .SelectMany(policy => policy!["PolicyDocument"]!["Statement"]!.AsArray());
        return [.. statements.SelectMany(statement => Of(statement!)).Distinct()];
    }

    /// <summary>
    /// By services, which are known by their markers, for their folders and destinations; and elsewhere, by the adapter
    /// without a service.
    /// </summary>
    public static (IReadOnlyCollection<Permission> Asked, IReadOnlyCollection<string> Elsewhere) AskedFor(
        IReadOnlyCollection<S3Request> requests)
    {
        var folders = requests.Where(r => r.Key.EndsWith(Marker, StringComparison.Ordinal)).Select(r => (r.Bucket, r.Key[..^Marker.Length])).ToHashSet();
        var homes = folders.Select(folder => folder.Bucket).ToHashSet();
        var destinations = requests.Where(r => IsHome(r.Source)).Select(r => r.Bucket).ToHashSet();
        var needs = requests.SelectMany(r => r.Needs).Distinct().ToLookup(need => homes.Contains(need.Bucket) || destinations.Contains(need.Bucket));
        return ([.. needs[true].Select(Kind).Distinct()], [.. needs[false].Select(need => need.Action).Distinct()]);

        bool IsHome(string source) => homes.Contains(source.Split('/')[0]);

        Permission Kind((string Action, string Bucket, string Key) need) => new(need.Action, need switch
        {
            ("s3:ListBucket", _, _) when homes.Contains(need.Bucket) => Resource.Bucket,
            // In a batch: the service's own keys.
            (_, _, "") when homes.Contains(need.Bucket) => Resource.Folder,
            _ when folders.Any(f => f.Bucket == need.Bucket && need.Key.StartsWith($"{f.Item2}/", StringComparison.Ordinal)) => Resource.Folder,
            _ => Resource.Destination,
        });
    }

    private static IEnumerable<Permission> Of(JsonNode statement)
    {
        statement["Effect"].ShouldBeText("Allow");
        statement.AsObject().ShouldNotContainKey("Condition");
        var actions = Texts(statement["Action"]!).Where(action => action.StartsWith("s3:", StringComparison.Ordinal)).ToList();
        if (actions.Count == 0) return [];

        var on = Texts(statement["Resource"]!) switch
        {
            ["{Bucket.Arn}"] => Resource.Bucket,
            ["{Bucket.Arn}/later/*"] => Resource.Folder,
            ["arn:aws:s3:::reports/*", "arn:aws:s3:::exports/daily/*"] => Resource.Destination,
            var other => throw new NotSupportedException(string.Join(", ", other)),
        };
        return actions.Select(action => new Permission(action, on));
    }

    private static List<string> Texts(JsonNode node) => node is JsonArray list ? [.. list.Select(item => (string)item!)] : [(string)node!];
}
