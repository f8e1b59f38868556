using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using S3Scheduler.Api.Delivery.Pipeline;
using S3Scheduler.Api.Tests.Http;

namespace S3Scheduler.Api.Tests.Deploy;

/// <summary>Rules for the templates, which are read as CloudFormation reads them.</summary>
public sealed class TemplateTests
{
    // The properties that CloudFormation requires, and some that this project requires.
    private static readonly Dictionary<string, string[]> Required = new()
    {
        ["AWS::S3::Bucket"] = ["BucketEncryption", "PublicAccessBlockConfiguration", "LifecycleConfiguration"],
        ["AWS::S3::BucketPolicy"] = ["Bucket", "PolicyDocument"],
        ["AWS::IAM::Role"] = ["AssumeRolePolicyDocument"],
        ["AWS::Logs::LogGroup"] = ["RetentionInDays"],
        ["AWS::Logs::MetricFilter"] = ["LogGroupName", "FilterPattern", "MetricTransformations"],
        ["AWS::CloudWatch::Alarm"] = ["ComparisonOperator", "EvaluationPeriods", "AlarmActions", "TreatMissingData"],
        ["AWS::SQS::Queue"] = ["MessageRetentionPeriod", "SqsManagedSseEnabled"],
        ["AWS::Serverless::Function"] =
            ["PackageType", "ImageUri", "Role", "Timeout", "MemorySize", "ReservedConcurrentExecutions"],
        ["AWS::Scheduler::Schedule"] = ["FlexibleTimeWindow", "ScheduleExpression", "Target"],
        ["AWS::ApiGatewayV2::Api"] = ["Name", "ProtocolType"],
        ["AWS::ApiGatewayV2::Stage"] =
            ["ApiId", "StageName", "AutoDeploy", "AccessLogSettings", "DefaultRouteSettings"],
        ["AWS::ApiGatewayV2::Route"] = ["ApiId", "RouteKey", "Target", "AuthorizationType"],
        ["AWS::ApiGatewayV2::Integration"] = ["ApiId", "IntegrationType", "IntegrationUri", "PayloadFormatVersion"],
        ["AWS::ApiGatewayV2::Authorizer"] = ["ApiId", "AuthorizerType", "Name", "IdentitySource", "JwtConfiguration"],
        ["AWS::Lambda::Permission"] = ["Action", "FunctionName", "Principal", "SourceArn"],
        ["AWS::ECS::Cluster"] = [],
        ["AWS::ECS::TaskDefinition"] =
        [
            "ContainerDefinitions", "Cpu", "Memory", "NetworkMode", "RequiresCompatibilities", "TaskRoleArn",
            "ExecutionRoleArn",
        ],
        ["AWS::ECS::Service"] = ["Cluster", "TaskDefinition", "DesiredCount", "NetworkConfiguration", "LoadBalancers"],
        ["AWS::ElasticLoadBalancingV2::LoadBalancer"] = ["Subnets", "SecurityGroups", "Scheme"],
        ["AWS::ElasticLoadBalancingV2::Listener"] = ["LoadBalancerArn", "Port", "Protocol", "DefaultActions"],
        ["AWS::ElasticLoadBalancingV2::TargetGroup"] = ["VpcId", "Port", "Protocol", "TargetType", "HealthCheckPath"],
        ["AWS::ApplicationAutoScaling::ScalableTarget"] =
            ["ServiceNamespace", "ScalableDimension", "ResourceId", "MinCapacity", "MaxCapacity"],
        ["AWS::ApplicationAutoScaling::ScalingPolicy"] = ["PolicyName", "PolicyType", "ScalingTargetId"],
        ["AWS::EC2::SecurityGroup"] = ["GroupDescription", "VpcId", "SecurityGroupIngress"],
    };

    public static TheoryData<string> Templates => ["lambda.yaml", "ecs.yaml"];

    [Theory]
    [MemberData(nameof(Templates))]
    public void Every_resource_is_of_a_known_type_and_has_the_properties_that_it_needs(string file)
    {
        foreach (var (name, resource) in Template.Load(file).Resources)
        {
            Required.ShouldContainKey((string)resource!["Type"]!);
            foreach (var property in Required[(string)resource["Type"]!])
                resource["Properties"]?[property].ShouldNotBeNull($"{name}.{property}");
        }
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void The_bucket_is_encrypted_private_and_kept_and_no_schedule_expires_in_it(string file)
    {
        var template = Template.Load(file);
        var bucket = template.Properties("AWS::S3::Bucket");
        var encryption = bucket["BucketEncryption"]!["ServerSideEncryptionConfiguration"]![0]!;
        encryption["ServerSideEncryptionByDefault"].ShouldNotBeNull();
        bucket["PublicAccessBlockConfiguration"]!.AsObject().Select(block => (string)block.Value!)
            .ShouldBe(["true", "true", "true", "true"]);
        template.Resources["Bucket"]!["DeletionPolicy"].ShouldBeText("Retain");
        template.Resources["Bucket"]!["UpdateReplacePolicy"].ShouldBeText("Retain");

        var rule = bucket["LifecycleConfiguration"]!["Rules"]!.AsArray().ShouldHaveSingleItem()!.AsObject();
        rule.Select(part => part.Key).ShouldBe(["Id", "Status", "AbortIncompleteMultipartUpload"]);
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void The_bucket_is_reached_only_by_TLS(string file)
    {
        var policy = Template.Load(file).Properties("AWS::S3::BucketPolicy");
        var deny = policy["PolicyDocument"]!["Statement"]!.AsArray().ShouldHaveSingleItem()!;
        (deny["Effect"], deny["Principal"], deny["Action"]).ShouldBeTexts("Deny", "*", "s3:*");
        deny["Resource"]!.AsArray().Select(arn => (string)arn!).ShouldBe(["{Bucket.Arn}", "{Bucket.Arn}/*"]);
        deny["Condition"]!["Bool"]!["aws:SecureTransport"].ShouldBeText("false");
    }

    [Fact]
    public void The_HTTP_API_is_never_open()
    {
        JsonObject Route(string choice) =>
            Template.Load("lambda.yaml", ("Authorization", choice))
                .Properties("AWS::ApiGatewayV2::Route", "HttpApiRoute");
        Route("IAM")["AuthorizationType"].ShouldBeText("AWS_IAM");
        Route("IAM")["AuthorizerId"].ShouldBeNull();
        Route("JWT")["AuthorizationType"].ShouldBeText("JWT");
        Route("JWT")["AuthorizerId"].ShouldBeText("{JwtAuthorizer}");
        var choices = Template.Load("lambda.yaml").Parameters["Authorization"]!["AllowedValues"]!.AsArray();
        choices.Select(v => (string)v!).ShouldBe(["IAM", "JWT"]);
    }

    [Fact]
    public void A_sweep_ends_before_the_function_is_cut_off()
    {
        var function = Template.Load("lambda.yaml").Properties("AWS::Serverless::Function");
        var variables = function["Environment"]!["Variables"]!;
        var budget = TimeSpan.Parse((string)variables["Scheduler__SweepBudget"]!, null);
        var timeout = TimeSpan.FromSeconds(int.Parse((string)function["Timeout"]!, null));

        // After the budget, copies and deletes under way may end. Then the lease is closed, by one PUT of 30 s at most.
        var end = budget + SweepStop.Overtime + TimeSpan.FromSeconds(30);
        timeout.ShouldBeGreaterThanOrEqualTo(end);
    }

    [Theory]
    [InlineData("10", "10")]
    [InlineData("0", null)] // an account whose limit is too low to reserve any
    public void Calls_are_reserved_for_the_function_only_if_that_is_wanted(string parameter, string? reserved)
    {
        var template = Template.Load("lambda.yaml", ("ReservedConcurrency", parameter));
        ((string?)template.Properties("AWS::Serverless::Function")["ReservedConcurrentExecutions"]).ShouldBe(reserved);
    }

    // Content waits there. In a container nothing else can be written to, and on Lambda only /tmp can.
    [Fact]
    public void Content_waits_where_the_platform_lets_it()
    {
        var image = File.ReadAllText(Path.Combine(HouseTests.Root, "Dockerfile"));
        image.ShouldContain("TMPDIR=/data");
        image.ShouldContain("chown \"$APP_UID:$APP_UID\" /data");
        Template.Load("ecs.yaml").Settings.Keys.ShouldNotContain("TMPDIR");
        Template.Load("lambda.yaml").Settings["TMPDIR"].ShouldBe("/tmp");
    }

    [Fact]
    public void Tasks_are_replaced_one_after_the_other_and_only_by_tasks_that_work()
    {
        var template = Template.Load("ecs.yaml");
        var service = template.Properties("AWS::ECS::Service");
        service["DesiredCount"].ShouldBeText("2");
        var deployment = service["DeploymentConfiguration"]!;
        var breaker = deployment["DeploymentCircuitBreaker"]!;
        (deployment["MinimumHealthyPercent"], breaker["Enable"], breaker["Rollback"])
            .ShouldBeTexts("100", "true", "true");
        const string Balancing = "AWS::ElasticLoadBalancingV2";
        template.Properties($"{Balancing}::LoadBalancer")["Scheme"].ShouldBeText("internal");
        template.Properties($"{Balancing}::TargetGroup")["HealthCheckPath"].ShouldBeText("/health/live");

        template.Container["ReadonlyRootFilesystem"].ShouldBeText("true");
        // The service stops by itself before it is killed. 120 s is Fargate's limit.
        var stop = int.Parse(template.Settings["SHUTDOWNTIMEOUTSECONDS"], null);
        int.Parse((string)template.Container["StopTimeout"]!, null).ShouldBeInRange(stop + 5, 120);
    }

    // Else it could send a request on a connection that the service is closing, which its client sees as a 502.
    [Fact]
    public void The_load_balancer_closes_idle_connections_before_the_service_does()
    {
        var attributes = Template.Load("ecs.yaml").Properties("AWS::ElasticLoadBalancingV2::LoadBalancer")
            ["LoadBalancerAttributes"]!.AsArray();
        var idle = attributes.Single(a => (string)a!["Key"]! == "idle_timeout.timeout_seconds")!["Value"];
        using var local = new LocalService();
        var kestrel = local.Service.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value;
        kestrel.Limits.KeepAliveTimeout.ShouldBeGreaterThanOrEqualTo(
            TimeSpan.FromSeconds(int.Parse((string)idle!, null) + 30));
    }

    // If a name were wrong, the service would use its default.
    [Theory]
    [MemberData(nameof(Templates))]
    public void The_service_is_told_where_its_schedules_are(string file)
    {
        var settings = Template.Load(file, ("Folder", "later")).Settings;

        settings["Scheduler__Storage"].ShouldBe("S3");
        settings["Scheduler__Bucket"].ShouldBe("{Bucket}");
        settings["Scheduler__Folder"].ShouldBe("later");
    }

    // The service does not start with a setting that it does not know.
    [Theory]
    [MemberData(nameof(Templates))]
    public void The_service_has_every_setting_that_a_template_sets(string file)
    {
        var names = Template.Load(file).Settings.Keys
            .Where(name => name.StartsWith($"{SchedulerOptions.Section}__", StringComparison.Ordinal)).ToList();
        names.ShouldNotBeEmpty();
        names.Where(name => !IsKnown(name)).ShouldBeEmpty();

        static bool IsKnown(string name) =>
            name.Split("__").Skip(1).Aggregate((Type?)typeof(SchedulerOptions), Member) is not null;

        static Type? Member(Type? type, string part) =>
            type is { IsArray: true } ? type.GetElementType() : type?.GetProperty(part)?.PropertyType;
    }
}
