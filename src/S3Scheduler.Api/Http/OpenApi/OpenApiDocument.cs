using Microsoft.OpenApi;

namespace S3Scheduler.Api.Http.OpenApi;

/// <summary>The document at <c>/openapi.yaml</c> and Swagger UI at <c>/swagger</c>.</summary>
public static class OpenApiDocument
{
    private const string Name = "openapi";

    public static IServiceCollection AddOpenApiDocument(this IServiceCollection services) => services
        .AddEndpointsApiExplorer()
        .AddSwaggerGen(options =>
        {
            options.SwaggerDoc(Name, new OpenApiInfo
            {
                Title = "S3 Scheduler",
                Version = "1.0",
                Description = "Delivers an S3 object later, once. Errors are application/problem+json (RFC 9457); "
                    + "times are RFC 3339, UTC. Every answer names its request in the header X-Request-Id.",
            });
            SecurityFilter.AddSchemes(options);
            options.OperationFilter<ResponseDescriptionsFilter>();
            options.SchemaFilter<RequiredMembersFilter>();
            options.SupportNonNullableReferenceTypes();
            options.NonNullableReferenceTypesAsRequired();
            options.IncludeXmlComments(typeof(OpenApiDocument).Assembly);
        });

    public static void UseOpenApiDocument(this WebApplication app)
    {
        // This is middleware because an endpoint with this template would answer 405 for unknown routes too.
        app.UseSwagger(options =>
        {
            options.RouteTemplate = "/{documentName}.{extension:regex(^(json|yaml)$)}";
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_0;
            // Without a server, clients send their calls to the root of the document's host.
            options.PreSerializeFilters.Add((document, request) =>
            {
                if (request.PathBase.HasValue) document.Servers = [new() { Url = request.PathBase.ToUriComponent() }];
            });
        });
        app.UseSwaggerPolicy();
        app.UseSwaggerUI(options =>
        {
            options.DocumentTitle = "S3 Scheduler";
            options.HeadContent = SwaggerPolicy.HeadContent;
            options.SwaggerEndpoint($"../{Name}.yaml", "S3 Scheduler"); // relative, so it works behind any path
        });
    }
}
