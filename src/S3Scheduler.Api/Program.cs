using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using S3Scheduler.Api.Delivery;
using S3Scheduler.Api.Http;
using S3Scheduler.Api.Http.Console;
using S3Scheduler.Api.Http.Health;
using S3Scheduler.Api.Http.Limits;
using S3Scheduler.Api.Http.Metrics;
using S3Scheduler.Api.Http.OpenApi;
using S3Scheduler.Api.Http.Otlp;
using S3Scheduler.Api.Http.Presigning;
using S3Scheduler.Api.Http.Problems;
using S3Scheduler.Api.Http.Schedules;
using S3Scheduler.Api.Http.Security;
using S3Scheduler.Api.Http.Sweeps;
using S3Scheduler.Api.Scheduling;
using S3Scheduler.Api.Scheduling.Many;
using S3Scheduler.Api.Storage.Local;
using S3Scheduler.Api.Storage.S3;

if (args is ["keys", .. var rest]) return NewKey.Run(rest, RandomNumberGenerator.GetBytes, Console.Out, Console.Error);
if (CommandLine.Answer(args, Console.Out, Console.Error) is { } exitCode) return exitCode;

var builder = WebApplication.CreateBuilder(args);
var services = builder.Services;

builder.UseDefaultAddress();
services.AddSingleton(TimeProvider.System);
services.AddSingleton<SchedulerMetrics>();
services.AddSingleton<SchedulerTraces>();
services.TryAddSingleton(new MultipartLimits());
services.AddSingleton<IObjectStore>(provider =>
{
    var options = provider.GetRequiredService<SchedulerOptions>();
    var time = provider.GetRequiredService<TimeProvider>();
    IObjectStore store = options.Storage == StorageKind.S3
        ? new S3ObjectStore(
            builder.Configuration, time, provider.GetRequiredService<ILogger<S3ObjectStore>>(),
            provider.GetRequiredService<MultipartLimits>(), provider.GetRequiredService<Spool>(), options.Uploads,
            provider.GetRequiredService<ScheduleFolder>().Root)
        : new LocalObjectStore(options.LocalPath, time);
    return MeasuredStore.Of(
        store, provider.GetRequiredService<SchedulerMetrics>(), provider.GetRequiredService<SchedulerTraces>(), time);
});
#pragma warning disable RS0030 // This is where randomness is passed in from.
services.AddSingleton(Random.Shared);
#pragma warning restore RS0030
services.AddSchedulerOptions();
services.AddDelivery();
services.AddScheduling();
services.AddSchedulingOfMany();
if (builder.Configuration.IsOnLambda()) builder.AddLambdaHosting();
else services.AddHostedService<SweepWorker>();
// Else the worker would deliver on, and then be cut off, while the server waits for the last requests.
services.Configure<HostOptions>(host => host.ServicesStopConcurrently = true);
builder.Logging.EscapeControlCharacters();
builder.Logging.AddTimestamps();
builder.Logging.LeaveFaultsOfTheStart();

services.AddOptions<KestrelServerOptions>().Configure<SchedulerOptions>(RequestLimits.Apply);
services.ConfigureHttpJsonOptions(json =>
{
    // JSON here is not put into HTML: URLs and keys stay readable, with & instead of \u0026.
    json.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    json.SerializerOptions.Converters.Add(new UtcTimeConverter());
    json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
});
services.AddSingleton<ScheduleFormReader>();
services.AddSingleton<ContentLinks>();
services.AddSingleton(new AnswerLimit(builder.Configuration.IsOnLambda() ? LambdaHosting.LargestContent : null));
services.AddProblemDetails(options => options.CustomizeProblemDetails = Problem.Explain);
services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
services.AddExceptionHandler<ProblemExceptionHandler>();
services.AddCors();
services.AddCredentials();
services.AddSingleton<Audit>();
services.AddSingleton<LogBrake>();
services.AddCallerLimits();
services.AddOpenApiDocument();
services.AddConsole();

return await Startup.RunAsync(() =>
{
    builder.AddMetricsExport();
    builder.AddTracesExport();
    var app = builder.Build();
    MisspeltSettings.Refuse(
        app.Configuration, (SchedulerOptions.Section, typeof(SchedulerOptions)),
        (AuthenticationSettings.Section, typeof(AuthenticationSettings)),
        (MetricsSettings.Section, typeof(MetricsSettings)), (ConsoleSettings.Section, typeof(ConsoleSettings)));
    var reachable = ListenAddresses.BeyondLoopback(app.Configuration);
    OpenByAccident.Refuse(
        reachable, app.Services.GetRequiredService<AuthenticationSettings>(),
        app.Services.GetRequiredService<SchedulerOptions>());
    app.UseRequestIds();
    app.UseConfiguredPathBase();
    app.UseSecurityHeaders();
    app.UseExceptionHandler();
    app.UseStatusCodePages();
    if (reachable is []) app.UseLoopbackHosts();
    app.UseTrustedProxies();
    app.UseCorsOrigins();
    app.UseSameOrigin();
    app.UseAuthentication();
    app.UseRateLimiter(); // by the caller's name
    app.UseOpenApiDocument(); // open to all
    app.UseAuthorization();
    app.UseArrivingBodies();
    app.MapSchedules();
    app.MapUploads();
    app.MapSweeps();
    app.MapHealth();
    app.MapMe();
    app.MapMetrics();
    app.MapConsole();
    return app;
});
