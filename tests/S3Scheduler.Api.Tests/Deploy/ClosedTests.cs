using System.Text.RegularExpressions;

namespace S3Scheduler.Api.Tests.Deploy;

/// <summary>
/// No template leaves the service open by accident: each says who may call and where the service may deliver to.
/// </summary>
public sealed class ClosedTests
{
    private const string Issuer = "https://issuer.example.org";
    private const string Secret = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:key-AbCdEf";
    private const string NextSecret = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:next-AbCdEf";

    private static readonly (string Name, string Value)[] Credentials =
    [
        ("JwtIssuer", Issuer), ("JwtAudience", "scheduler"), ("ApiKeySecret", Secret), ("NextApiKeySecret", NextSecret),
    ];

    [Fact]
    public void On_ECS_the_service_asks_for_credentials_or_the_stack_is_refused_whatever_the_parameters()
    {
        var refused = new List<string>();
        foreach (var given in Subsets(Credentials))
        {
            var template = Template.Load("ecs.yaml", given);
            var names = string.Join(", ", given.Select(parameter => parameter.Name));
            if (template.Refusals.Count > 0) refused.Add(names);
            else AsksForCredentials(template.Settings).ShouldBeTrue(names);
            template.Settings.Keys.ShouldNotContain("Authentication__Anonymous");
        }

        refused.ShouldBe(
            [
                "", "JwtAudience", "NextApiKeySecret", "JwtAudience, NextApiKeySecret", // nobody could call
                "JwtIssuer", "JwtIssuer, ApiKeySecret", "JwtIssuer, NextApiKeySecret",
                "JwtIssuer, ApiKeySecret, NextApiKeySecret", // without its audience
            ], ignoreOrder: true);
    }

    [Theory]
    [InlineData("ApiKeySecret", "client", Secret)]
    [InlineData("NextApiKeySecret", "next-client", NextSecret)]
    public void On_ECS_the_hash_of_a_key_comes_from_its_secret_alone(string parameter, string name, string secret)
    {
        var template = Template.Load("ecs.yaml", ("JwtIssuer", Issuer), ("JwtAudience", "a"), (parameter, secret));

        var hash = template.Container["Secrets"]!.AsArray().ShouldHaveSingleItem()!;
        hash["ValueFrom"].ShouldBeText(secret);
        var key = ((string)hash["Name"]!).Replace("Sha256", "", StringComparison.Ordinal);
        template.Settings.Where(v => v.Key.StartsWith(key, StringComparison.Ordinal) && v.Value != secret)
            .Select(v => v.Value).ShouldBe([name, "schedules:read", "schedules:write"]);
        SecretsRead(template).ShouldBe([secret]);
    }

    [Fact]
    public void On_ECS_no_secret_is_read_without_a_key() =>
        SecretsRead(Template.Load("ecs.yaml", ("JwtIssuer", Issuer), ("JwtAudience", "a"))).ShouldBeEmpty();

    [Fact]
    public void On_Lambda_the_service_asks_for_nothing_because_nobody_reaches_it_without_authorization()
    {
        var template = Template.Load("lambda.yaml");
        template.Settings["Authentication__Anonymous"].ShouldBe("true");
        AsksForCredentials(template.Settings).ShouldBeFalse();

        // TemplateTests say that the HTTP API demands authorization. There is no other way to the function.
        var function = template.Properties("AWS::Serverless::Function");
        function.ShouldNotContainKey("FunctionUrlConfig");
        function.ShouldNotContainKey("Events");
        var permission = template.Properties("AWS::Lambda::Permission"); // the only one
        permission["Principal"].ShouldBeText("apigateway.amazonaws.com");
        ((string)permission["SourceArn"]!).ShouldContain("{HttpApi}");
        // Without authorization only preflight requests come through, which have no effect.
        template.Resources.Where(r => (string)r.Value!["Type"]! == "AWS::ApiGatewayV2::Route")
            .Where(route => (string)route.Value!["Properties"]!["AuthorizationType"]! == "NONE")
            .Select(route => (string)route.Value!["Properties"]!["RouteKey"]!).ShouldBe(["OPTIONS /{proxy+}"]);
    }

    [Fact]
    public void With_Compose_the_service_asks_for_nothing_because_its_ports_are_open_on_this_machine_only()
    {
        Compose.Settings["Authentication__Anonymous"].ShouldBe("true");
        Compose.Ports.ShouldContain("127.0.0.1:8080:8080");
        Compose.Ports.ShouldAllBe(port => port.StartsWith("127.0.0.1:", StringComparison.Ordinal));
        // A page of another host name that leads to 127.0.0.1 gets no answer.
        Compose.Settings["AllowedHosts"].Split(';').ShouldBe(["localhost", "127.0.0.1"]);
    }

    [Theory]
    [MemberData(nameof(TemplateTests.Templates), MemberType = typeof(TemplateTests))]
    public void The_service_is_told_the_destinations_that_its_role_may_write_to(string file)
    {
        string[] names = ["reports", "exports/daily", "b-3", "b.4", "b5/a/b c"];
        for (var count = 1; count <= names.Length; count++)
        {
            var arns = string.Join(',', names[..count].Select(name => $"arn:aws-cn:s3:::{name}"));
            Told(Template.Load(file, ("Destinations", arns)).Settings).ShouldBe(names[..count], arns);
        }

        Told(Compose.Settings).ShouldBe(["reports"]);
    }

    [Theory]
    [MemberData(nameof(TemplateTests.Templates), MemberType = typeof(TemplateTests))]
    public void More_destinations_than_the_service_would_be_told_are_refused(string file)
    {
        var parameter = Template.Load(file).Parameters["Destinations"]!;
        var pattern = new Regex($"^({(string)parameter["AllowedPattern"]!})$");
        string Arns(int count) => string.Join(',', Enumerable.Range(1, count).Select(n => $"arn:aws:s3:::bucket{n}/a"));

        pattern.IsMatch(Arns(1)).ShouldBeTrue();
        pattern.IsMatch(Arns(5)).ShouldBeTrue();
        pattern.IsMatch(Arns(6)).ShouldBeFalse();
        string[] wrong = ["", "reports", "arn:aws:s3:::reports,", "arn:aws:s3:::*", "arn:aws:s3:::reports/*"];
        wrong.Where(text => pattern.IsMatch(text)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("lambda.yaml", "FunctionRole")]
    [InlineData("ecs.yaml", "TaskRole")]
    public void An_upload_by_presigned_URL_may_store_schedules_and_do_nothing_else(string file, string service)
    {
        var template = Template.Load(file);
        template.Settings["Scheduler__Uploads__RoleArn"].ShouldBe("{UploadRole.Arn}");
        Permission.GrantedBy(file, "UploadRole").ShouldBe([new("s3:PutObject", Resource.Folder)]);
        var role = template.Properties("AWS::IAM::Role", "UploadRole");
        role.ShouldNotContainKey("ManagedPolicyArns");
        var trust = role["AssumeRolePolicyDocument"]!["Statement"]!.AsArray().ShouldHaveSingleItem()!;
        trust["Principal"]!["AWS"].ShouldBeText($"{{{service}.Arn}}");
    }

    /// <summary>Whether the settings name a key or an issuer of tokens that can let a caller in.</summary>
    private static bool AsksForCredentials(IReadOnlyDictionary<string, string> variables)
    {
        bool Has(string name) => variables.TryGetValue($"Authentication__{name}", out var value) && value.Length > 0;
        return (Has("Jwt__Authority") && Has("Jwt__Audience"))
            || (Has("ApiKeys__0__Name") && Has("ApiKeys__0__Sha256") && Has("ApiKeys__0__Scopes__0"));
    }

    private static IEnumerable<string> Told(IReadOnlyDictionary<string, string> variables) => variables
        .Where(v => v.Key.StartsWith("Scheduler__Destinations__", StringComparison.Ordinal))
        .Select(v => v.Value).Distinct();

    private static List<string> SecretsRead(Template template) =>
    [
        .. from policy in template.Properties("AWS::IAM::Role", "ExecutionRole")["Policies"]?.AsArray() ?? []
           from statement in policy!["PolicyDocument"]!["Statement"]!.AsArray()
           where (string)statement!["Action"]! == "secretsmanager:GetSecretValue"
           from arn in statement["Resource"]!.AsArray()
           select (string)arn!,
    ];

    private static IEnumerable<T[]> Subsets<T>(T[] all) => Enumerable.Range(0, 1 << all.Length)
        .Select(bits => all.Where((_, index) => (bits & (1 << index)) != 0).ToArray());
}
