using Microsoft.OpenApi;

namespace S3Scheduler.Api.Http.OpenApi;

/// <summary>
/// Lets an endpoint describe in the OpenAPI document what ASP.NET's metadata has no place for.
/// <see cref="ResponseDescriptionsFilter"/> applies the descriptions.
/// </summary>
public static class EndpointDescriptions
{
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder endpoint, Action<OpenApiOperation> apply) =>
        endpoint.WithMetadata(new EndpointDescription(apply));

    /// <summary>Says what a status means here. From 400 on, its body is a problem.</summary>
    public static RouteHandlerBuilder Answers(this RouteHandlerBuilder endpoint, int status, string meaning) =>
        (status < 400 ? endpoint : endpoint.ProducesProblem(status))
            .Describe(operation => operation.Responses![$"{status}"].Description = meaning);

    public static void AddHeader(this OpenApiOperation operation, int status, string name, OpenApiHeader header)
    {
        var response = (OpenApiResponse)operation.Responses![$"{status}"];
        (response.Headers ??= new Dictionary<string, IOpenApiHeader>()).Add(name, header);
    }

    public static OpenApiSchema Text(string? description = null, string? format = null, string? example = null) => new()
    {
        Type = JsonSchemaType.String,
        Description = description,
        Format = format,
        Examples = example is null ? null : [example],
    };
}

public sealed record EndpointDescription(Action<OpenApiOperation> Apply);
