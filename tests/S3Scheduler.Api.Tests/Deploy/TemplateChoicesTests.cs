using System.Text.Json.Nodes;

namespace S3Scheduler.Api.Tests.Deploy;

/// <summary>What the parameters of the templates change.</summary>
public sealed class TemplateChoicesTests
{
    private const string Balancing = "AWS::ElasticLoadBalancingV2::Listener";
    private const string Key = "arn:aws:kms:eu-central-1:123456789012:key/1234";
    private const string OtherKey = "arn:aws:kms:eu-central-1:123456789012:key/5678";

    private static readonly (string, string) Jwt = ("JwtIssuer", "https://login.example.org");
    private static readonly (string, string) Audience = ("JwtAudience", "s3-scheduler");

    [Theory]
    [InlineData("lambda.yaml", "FunctionRole"), InlineData("ecs.yaml", "TaskRole")]
    public void The_roles_may_use_the_keys_that_are_named_and_no_others(string file, string role)
    {
        KeyRights(Template.Load(file), role).ShouldBeEmpty();
        KeyRights(Template.Load(file), "UploadRole").ShouldBeEmpty();
        Encryption(Template.Load(file))["SSEAlgorithm"].ShouldBeText("AES256");
        Encryption(Template.Load(file))["KMSMasterKeyID"].ShouldBeNull();

        var template = Template.Load(file, ("BucketKey", Key), ("DestinationKeys", OtherKey));

        Encryption(template)["SSEAlgorithm"].ShouldBeText("aws:kms");
        Encryption(template)["KMSMasterKeyID"].ShouldBeText(Key);
        const string Both = "kms:GenerateDataKey,kms:Decrypt";
        KeyRights(template, role).ShouldBe([$"{Both} on {Key}", $"{Both} on {OtherKey}"]);
        // It only stores.
        KeyRights(template, "UploadRole").ShouldBe([$"kms:GenerateDataKey on {Key}"]);
    }

    [Theory]
    [MemberData(nameof(TemplateTests.Templates), MemberType = typeof(TemplateTests))]
    public void With_versioning_old_versions_expire_and_schedules_still_do_not(string file)
    {
        Bucket(Template.Load(file)).ShouldNotContainKey("VersioningConfiguration");

        var bucket = Bucket(Template.Load(file, ("Versioning", "Enabled")));

        bucket["VersioningConfiguration"]!["Status"].ShouldBeText("Enabled");
        var rule = bucket["LifecycleConfiguration"]!["Rules"]!.AsArray()[1]!.AsObject();
        rule.Select(part => part.Key).ShouldBe(
            ["Id", "Status", "NoncurrentVersionExpiration", "ExpiredObjectDeleteMarker"]);
    }

    [Theory]
    [MemberData(nameof(TemplateTests.Templates), MemberType = typeof(TemplateTests))]
    public void Logs_outlive_the_stack(string file)
    {
        var groups = Template.Load(file).Resources.Where(r => (string)r.Value!["Type"]! == "AWS::Logs::LogGroup");
        foreach (var (_, group) in groups)
        {
            group!["DeletionPolicy"].ShouldBeText("Retain");
            group["UpdateReplacePolicy"].ShouldBeText("Retain");
        }
    }

    [Fact]
    public void Both_architectures_of_the_image_can_be_deployed()
    {
        Template.Load("lambda.yaml", ("Architecture", "arm64")).Properties("AWS::Serverless::Function")
            ["Architectures"]!.AsArray().ShouldHaveSingleItem().ShouldBeText("arm64");
        Template.Load("ecs.yaml", ("Architecture", "ARM64")).Properties("AWS::ECS::TaskDefinition")
            ["RuntimePlatform"]!["CpuArchitecture"].ShouldBeText("ARM64");
        File.ReadLines(Path.Combine(HouseTests.Root, "Dockerfile")).ShouldContain(
            "FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build");
    }

    [Fact]
    public void The_function_is_in_a_VPC_only_if_subnets_are_named_and_then_needs_security_groups()
    {
        Template.Load("lambda.yaml").Properties("AWS::Serverless::Function").ShouldNotContainKey("VpcConfig");
        Template.Load("lambda.yaml", ("Subnets", "subnet-1")).Refusals.ShouldHaveSingleItem()
            .ShouldContain("SecurityGroups");

        var template = Template.Load("lambda.yaml", ("Subnets", "subnet-1,subnet-2"), ("SecurityGroups", "sg-1"));

        template.Refusals.ShouldBeEmpty();
        var network = template.Properties("AWS::Serverless::Function")["VpcConfig"]!;
        network["SubnetIds"]!.AsArray().Select(id => (string)id!).ShouldBe(["subnet-1", "subnet-2"]);
        network["SecurityGroupIds"]!.AsArray().Select(id => (string)id!).ShouldBe(["sg-1"]);
        template.Properties("AWS::IAM::Role", "FunctionRole")["Policies"]!.AsArray()
            .ShouldContain(policy => (string)policy!["PolicyName"]! == "network");
    }

    [Fact]
    public void Pages_can_use_the_HTTP_API_if_their_origin_is_named()
    {
        const string Origin = "https://app.example.org";
        Template.Load("lambda.yaml").Settings.Keys.ShouldNotContain("Scheduler__CorsOrigins__0");
        var template = Template.Load("lambda.yaml", ("CorsOrigin", Origin));
        template.Settings["Scheduler__CorsOrigins__0"].ShouldBe(Origin);
        template.Resources["HttpApiPreflightRoute"]!["Condition"].ShouldBeText("IsForPages");
        template.Properties("AWS::ApiGatewayV2::Route", "HttpApiPreflightRoute")["RouteKey"]
            .ShouldBeText("OPTIONS /{proxy+}");
    }

    [Fact]
    public void The_HTTP_API_is_throttled_and_logs_its_calls_without_any_header()
    {
        var stage = Template.Load("lambda.yaml", ("RequestsPerSecond", "7")).Properties("AWS::ApiGatewayV2::Stage");
        stage["DefaultRouteSettings"]!["ThrottlingRateLimit"].ShouldBeText("7");
        var format = JsonNode.Parse((string)stage["AccessLogSettings"]!["Format"]!)!.AsObject();
        format.Select(field => field.Key).ShouldBeSubsetOf(
            ["requestId", "time", "ip", "caller", "method", "path", "status", "bytes", "latency", "error"]);
    }

    [Fact]
    public void Only_pairs_of_CPU_and_memory_that_Fargate_has_are_taken()
    {
        var taken = new List<string>();
        foreach (var cpu in Values("Cpu"))
            foreach (var memory in Values("Memory"))
            {
                var template = Template.Load("ecs.yaml", Jwt, Audience, ("Cpu", cpu), ("Memory", memory));
                if (template.Refusals.Count == 0) taken.Add($"{cpu}/{memory}");
            }

        taken.ShouldBe(
        [
            "256/512", "256/1024", "256/2048", "512/1024", "512/2048", "512/4096", "1024/2048", "1024/4096",
            "2048/4096",
        ]);

        static IEnumerable<string> Values(string parameter) => Template.Load("ecs.yaml").Parameters[parameter]!
            ["AllowedValues"]!.AsArray().Select(value => (string)value!);
    }

    [Fact]
    public void Busy_tasks_get_help_within_the_limits()
    {
        var template = Template.Load("ecs.yaml", ("DesiredCount", "3"), ("MaxCount", "9"));
        var target = template.Properties("AWS::ApplicationAutoScaling::ScalableTarget");
        (target["MinCapacity"], target["MaxCapacity"], target["ScalableDimension"])
            .ShouldBeTexts("3", "9", "ecs:service:DesiredCount");
        template.Properties("AWS::ApplicationAutoScaling::ScalingPolicy")["TargetTrackingScalingPolicyConfiguration"]!
            ["PredefinedMetricSpecification"]!["PredefinedMetricType"].ShouldBeText("ECSServiceAverageCPUUtilization");
    }

    [Fact]
    public void With_a_certificate_clients_of_port_80_are_sent_to_HTTPS()
    {
        var template = Template.Load(
            "ecs.yaml", ("Certificate", "arn:aws:acm:eu-central-1:123456789012:certificate/1"));
        template.Properties(Balancing, "Listener")["Protocol"].ShouldBeText("HTTPS");
        var redirect = template.Properties(Balancing, "RedirectListener")["DefaultActions"]![0]!["RedirectConfig"]!;
        (redirect["Protocol"], redirect["Port"], redirect["StatusCode"]).ShouldBeTexts("HTTPS", "443", "HTTP_301");
        template.Resources["RedirectListener"]!["Condition"].ShouldBeText("IsTls");
        Ports(template).ShouldBe(["443", "80"]);
        Ports(Template.Load("ecs.yaml")).ShouldBe(["80"]);

        static IEnumerable<string> Ports(Template template) => template
            .Properties("AWS::EC2::SecurityGroup", "LoadBalancerSecurityGroup")["SecurityGroupIngress"]!.AsArray()
            .Select(rule => (string)rule!["FromPort"]!);
    }

    private static JsonObject Bucket(Template template) => template.Properties("AWS::S3::Bucket");

    private static JsonNode Encryption(Template template) => Bucket(template)
        ["BucketEncryption"]!["ServerSideEncryptionConfiguration"]![0]!["ServerSideEncryptionByDefault"]!;

    private static IEnumerable<string> KeyRights(Template template, string role) =>
        from policy in template.Properties("AWS::IAM::Role", role)["Policies"]!.AsArray()
        from statement in policy!["PolicyDocument"]!["Statement"]!.AsArray()
        let actions = string.Join(',', Texts(statement!["Action"]!))
        where actions.StartsWith("kms:", StringComparison.Ordinal)
        select $"{actions} on {string.Join(',', Texts(statement["Resource"]!))}";

    private static IEnumerable<string> Texts(JsonNode node) =>
        node is JsonArray list ? list.Select(item => (string)item!) : [(string)node!];
}
