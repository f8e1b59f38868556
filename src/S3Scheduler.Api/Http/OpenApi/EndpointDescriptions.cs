using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace S3Scheduler.Api.Http.OpenApi;

/// <summary>Describes in the OpenAPI document what ASP.NET's metadata has no place for.</summary>
public static class EndpointDescriptions
{
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder endpoint, Action<OpenApiOperation> apply) =>
        endpoint.WithMetadata(apply);

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

/// <summary>Describes what operations have in common, then applies what each endpoint says about itself.</summary>
public sealed class ResponseDescriptionsFilter : IOperationFilter
{
    private static readonly Dictionary<string, string> Meanings = new()
    {
        ["400"] = "The request is not valid, and changed nothing. `errors` names each field or parameter that is "
            + "wrong; it is left out where the body as a whole can't be read.",
        ["401"] = "The service wants to know who calls, and the request has no credentials, or wrong ones.",
        ["403"] = "The caller may not do this: it lacks the scope, or may not deliver there. Or a browser sent it for "
            + "a page of another origin.",
        ["404"] = "There is no such schedule: it was cancelled, or never existed, or no receipt of its delivery is "
            + "kept any more.",
        ["408"] = "The body arrives too slowly: less than 1 KiB a second in the mean after the first 10 seconds, or "
            + "nothing for 30 seconds. Nothing was changed.",
        ["429"] = "The caller sends too many requests. Nothing was changed.",
        ["502"] = "The store refused the request; the service's operator can find the reason in its log.",
        ["503"] = "The store can't be reached or is overloaded, or there is no room for content that waits.",
    };

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        foreach (var (status, response) in operation.Responses!)
            response.Description = Meanings.GetValueOrDefault(status) ?? response.Description;
        if (operation.Parameters?.FirstOrDefault(p => p.In == ParameterLocation.Path) is { } key)
            key.Description = "The schedule's key. In a URL it is percent-encoded, as in the Location of its creation; "
                + "Swagger UI does that itself.";
        foreach (var status in (int[])[StatusCodes.Status429TooManyRequests, StatusCodes.Status503ServiceUnavailable])
            if (operation.Responses.ContainsKey($"{status}")) operation.AddHeader(status, "Retry-After", RetryAfter());

        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        foreach (var describe in metadata.OfType<Action<OpenApiOperation>>()) describe(operation);

        var sorted = operation.Responses.OrderBy(r => r.Key, StringComparer.Ordinal).ToList();
        operation.Responses.Clear();
        foreach (var (status, response) in sorted) operation.Responses.Add(status, response);
    }

    private static OpenApiHeader RetryAfter() => new()
    {
        Description = "How many seconds to wait before sending it again.",
        Required = true,
        Schema = new OpenApiSchema { Type = JsonSchemaType.Integer },
    };
}
