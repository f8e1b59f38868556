using Microsoft.Extensions.Configuration;
using S3Scheduler.Api.Http.Console;
using S3Scheduler.Api.Http.Metrics;
using S3Scheduler.Api.Http.Security;

namespace S3Scheduler.Api.Tests.Hosting;

public sealed class MisspeltSettingsTests
{
    [Theory]
    [InlineData("Scheduler_Storage", "Scheduler:Storage"), InlineData("SCHEDULER_BUCKET", "Scheduler:Bucket")]
    [InlineData("Schedular:Storage", "Scheduler:Storage"), InlineData("Sheduler:Buket", "Scheduler:Bucket")]
    [InlineData("Scheduler.Folder", "Scheduler:Folder"), InlineData("scheduler-folder", "Scheduler:Folder")]
    [InlineData("SchedulerFolder", "Scheduler:Folder"), InlineData("Schedulers:Anything", "Scheduler")]
    [InlineData("Scheduler_Destinations:0", "Scheduler:Destinations")]
    [InlineData("Scheduler_Uploads_RoleArn", "Scheduler:Uploads:RoleArn")]
    [InlineData("Authentification:Anonymous", "Authentication:Anonymous")]
    [InlineData("Authentication_ApiKeys_0_Name", "Authentication:ApiKeys:0:Name")]
    [InlineData("Authentication_Jwt_Authority", "Authentication:Jwt:Authority")]
    [InlineData("Metrics_Prometheus", "Metrics:Prometheus"), InlineData("Metric:Prometheus", "Metrics:Prometheus")]
    [InlineData("Console_TraceUrl", "Console:TraceUrl"), InlineData("Konsole_TraceUrl", "Console:TraceUrl")]
    [InlineData("Console_Oidc_ClientId", "Console:Oidc:ClientId")]
    public void A_setting_that_is_nearly_one_of_the_service_stops_the_start_with_the_right_name(
        string path, string meant)
    {
        var refusal = Should.Throw<StartupException>(() => Refuse(path)).Message;
        refusal.ShouldContain($"no setting {path}");
        refusal.ShouldContain($"Did you mean {meant}, which is {meant.Replace(":", "__")} in the environment?");
    }

    [Theory]
    [InlineData("Scheduler:Storage"), InlineData("SCHEDULER:STORAGE"), InlineData("Authentication:Jwt:Authority")]
    // What the sections' own rules refuse.
    [InlineData("Scheduler:Storag"), InlineData("Authentication:Anonimous")]
    // Kubernetes tells every container about a service that is called scheduler.
    [InlineData("SCHEDULER_PORT"), InlineData("SCHEDULER_SERVICE_HOST"), InlineData("SCHEDULER_SERVICE_PORT_HTTP")]
    [InlineData("SCHEDULER_PORT_5080_TCP_ADDR"), InlineData("SCHEDULER_NAME"), InlineData("SCHEDULER")]
    [InlineData("PATH"), InlineData("AWS:ServiceURL"), InlineData("AWS_REGION"), InlineData("Kestrel:Endpoints:A:Url")]
    [InlineData("Metrics:Prometheus"), InlineData("Metrics:Promotheus"), InlineData("OTEL_EXPORTER_OTLP_ENDPOINT")]
    [InlineData("CONSOLE"), InlineData("Logging:Console:FormatterName"), InlineData("Console:TraceUrl")]
    [InlineData("BUCKET"), InlineData("Scheduling:Bucket:Name"), InlineData("AllowedHosts")]
    public void Every_other_setting_is_left_alone(string path) => Should.NotThrow(() => Refuse(path));

    private static void Refuse(string path)
    {
        var configuration = new ConfigurationManager { [path] = "value" };
        MisspeltSettings.Refuse(
            configuration, (SchedulerOptions.Section, typeof(SchedulerOptions)),
            (AuthenticationSettings.Section, typeof(AuthenticationSettings)),
            (MetricsSettings.Section, typeof(MetricsSettings)), (ConsoleSettings.Section, typeof(ConsoleSettings)));
    }
}
