using Microsoft.AspNetCore.Authorization;
using Microsoft.OpenApi;
using S3Scheduler.Api.Http.Security;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace S3Scheduler.Api.Http.OpenApi;

/// <summary>Says which credentials an operation takes, and which scope it needs.</summary>
public sealed class SecurityFilter : IOperationFilter
{
    private const string ApiKey = "apiKey";
    private const string Bearer = "bearer";

    public static void AddSchemes(SwaggerGenOptions options)
    {
        options.AddSecurityDefinition(ApiKey, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = ApiKeyHandler.Header,
            Description = "An API key. The header Authorization takes it, too, as a bearer token.",
        });
        options.AddSecurityDefinition(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = Bearer,
            Description = "A token of the OpenID Connect provider, or an API key.",
        });
        options.OperationFilter<SecurityFilter>();
    }

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<IAuthorizeData>().LastOrDefault() is not { } rule) return;
        if (rule.Policy is { } scope)
            operation.Description = $"{operation.Description} Scope: {scope}.".TrimStart();
        operation.Security =
        [
            .. new[] { ApiKey, Bearer }.Select(scheme => new OpenApiSecurityRequirement
            {
                [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [],
            }),
        ];
        operation.AddHeader(StatusCodes.Status401Unauthorized, "WWW-Authenticate", new OpenApiHeader
        {
            Description = "Which credentials are taken.",
            Required = true,
            Schema = EndpointDescriptions.Text(),
        });
    }
}
