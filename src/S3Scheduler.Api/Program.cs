using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using S3Scheduler.Api.Delivery;
using S3Scheduler.Api.Hosting;
using S3Scheduler.Api.Http;
using S3Scheduler.Api.Http.Health;
using S3Scheduler.Api.Http.OpenApi;
using S3Scheduler.Api.Http.Problems;
using S3Scheduler.Api.Http.Schedules;
using S3Scheduler.Api.Http.Sweeps;
using S3Scheduler.Api.Http.Uploads;
using S3Scheduler.Api.Scheduling;
using S3Scheduler.Api.Storage;
using S3Scheduler.Api.Storage.Local;
using S3Scheduler.Api.Storage.S3;

var builder = WebApplication.CreateBuilder(args);
var services = builder.Services;

if ((builder.Configuration["urls"] ?? builder.Configuration["http_ports"]) is null) builder.WebHost.UseUrls("http://localhost:5080");

services.AddSingleton(TimeProvider.System);
services.AddSingleton<IObjectStore>(provider =>
{
    var (options, time) = (provider.GetRequiredService<SchedulerOptions>(), provider.GetRequiredService<TimeProvider>());
    return options.Storage == StorageKind.S3
        ? new S3ObjectStore(S3Configuration.From(builder.Configuration), time)
        : new LocalObjectStore(options.LocalPath, time);
});
#pragma warning disable RS0030 // This is where randomness is passed in from.
services.AddSingleton(Random.Shared);
#pragma warning restore RS0030
services.AddSchedulerOptions();
services.AddDelivery();
services.AddScheduling();
if (builder.IsOnLambda()) builder.AddLambdaHosting();
else services.AddHostedService<SweepWorker>();

services.AddOptions<KestrelServerOptions>().Configure<SchedulerOptions>(RequestLimits.Apply);
services.ConfigureHttpJsonOptions(json =>
{
    // Not meant for HTML: a URL or a key can be copied from an answer as it is, without \u0026 for an &.
    json.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    json.SerializerOptions.Converters.Add(new UtcTimeConverter());
    json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
});
services.AddSingleton<ScheduleFormReader>();
services.AddProblemDetails(options => options.CustomizeProblemDetails = Problem.Explain);
services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
services.AddExceptionHandler<ProblemExceptionHandler>();
services.AddCors();
services.AddOpenApiDocument();

try
{
    var app = builder.Build();
    app.UseRequestIds();
    app.UseExceptionHandler();
    app.UseStatusCodePages();
    app.UseCorsOrigins();
    app.UseOpenApiDocument();
    app.MapSchedules();
    app.MapUploads();
    app.MapSweeps();
    app.MapHealth();
    await app.Services.GetRequiredService<StoreCheck>().RunAsync();
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (e is OptionsValidationException or InvalidOperationException or IOException or FormatException)
{
    // A wrong configuration, or an address that can't be listened on: its message says what to do, its stack trace nothing.
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
