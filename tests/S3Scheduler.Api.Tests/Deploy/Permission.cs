using System.Text.Json.Nodes;

namespace S3Scheduler.Api.Tests.Deploy;

internal enum Resource { Bucket, Folder, Destination }

/// <summary>An IAM action on a kind of resource.</summary>
internal sealed record Permission(string Operation, Resource On)
{
    private const string Marker = "/.probe";

    public override string ToString() => $"{Operation} on the {On}";

    /// <summary>What the role of a template grants.</summary>
    public static IReadOnlyCollection<Permission> GrantedBy(string file, string role)
    {
        var template = Template.Load(
            file, ("Folder", "later"), ("Destinations", "arn:aws:s3:::reports,arn:aws:s3:::exports/daily"));
        var statements = template.Properties("AWS::IAM::Role", role)["Policies"]!.AsArray()
            .SelectMany(policy => policy!["PolicyDocument"]!["Statement"]!.AsArray());
        return [.. statements.SelectMany(statement => Of(statement!)).Distinct()];
    }

    /// <summary>
    /// What services needed in their folders, which have a marker, and at their destinations; and the actions that the
    /// tests of the adapter alone needed in other buckets.
    /// </summary>
    public static (IReadOnlyCollection<Permission> Asked, IReadOnlyCollection<string> Elsewhere) AskedFor(
        IReadOnlyCollection<S3Request> requests)
    {
        var folders = requests.Where(r => r.Key.EndsWith(Marker, StringComparison.Ordinal))
            .Select(r => (r.Bucket, Prefix: r.Key[..^Marker.Length])).ToHashSet();
        var homes = folders.Select(folder => folder.Bucket).ToHashSet();
        var destinations = requests.Where(r => IsHome(r.Source)).Select(r => r.Bucket).ToHashSet();
        var needs = requests.SelectMany(Needs).Distinct()
            .ToLookup(need => homes.Contains(need.Bucket) || destinations.Contains(need.Bucket));
        return ([.. needs[true].Select(Kind).Distinct()], [.. needs[false].Select(need => need.Action).Distinct()]);

        bool IsHome(string source) => homes.Contains(source.Split('/')[0]);

        Permission Kind((string Action, string Bucket, string Key) need) => new(need.Action, need switch
        {
            ("s3:ListBucket", _, _) when homes.Contains(need.Bucket) => Resource.Bucket,
            // A batch of deletes. The service deletes only its own keys.
            (_, _, "") when homes.Contains(need.Bucket) => Resource.Folder,
            _ when folders.Any(f => f.Bucket == need.Bucket && IsBelow(f.Prefix, need.Key)) => Resource.Folder,
            _ => Resource.Destination,
        });

        bool IsBelow(string folder, string key) => key.StartsWith($"{folder}/", StringComparison.Ordinal);
    }

    // A batch of deletes names its keys in its body, so the key is empty here.
    private static (string Action, string Bucket, string Key)[] Needs(S3Request request)
    {
        var (bucket, key) = (request.Bucket, request.Key);
        return (request.Method, request.Kind, key) switch
        {
            ("GET", "list-type", "") => [("s3:ListBucket", bucket, "")],
            ("POST", "delete", "") => [("s3:DeleteObject", bucket, "")],
            ("GET" or "HEAD", "", not "") => [("s3:GetObject", bucket, key)],
            ("DELETE", "", not "") => [("s3:DeleteObject", bucket, key)],
            ("POST", "uploads" or "uploadId", not "") => [("s3:PutObject", bucket, key)],
            ("DELETE", "uploadId", not "") => [("s3:AbortMultipartUpload", bucket, key)],
            ("PUT", "" or "partNumber,uploadId", not "") => request.Source.Split('/', 2) is [var home, var source]
                ? [("s3:GetObject", home, source), ("s3:PutObject", bucket, key)]
                : [("s3:PutObject", bucket, key)],
            _ => throw new NotSupportedException($"Which IAM actions does this request need? {request}"),
        };
    }

    private static IEnumerable<Permission> Of(JsonNode statement)
    {
        statement["Effect"].ShouldBeText("Allow");
        statement.AsObject().ShouldNotContainKey("Condition");
        var actions = Texts(statement["Action"]!).Where(a => a.StartsWith("s3:", StringComparison.Ordinal)).ToList();
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

    private static List<string> Texts(JsonNode node) =>
        node is JsonArray list ? [.. list.Select(item => (string)item!)] : [(string)node!];
}
