namespace S3Scheduler.Api.Http;

public static class KnownParameters
{
    /// <summary>Makes an endpoint refuse unknown parameters, so that a misspelt one is not ignored.</summary>
    public static RouteHandlerBuilder RefuseOtherParametersThan(
        this RouteHandlerBuilder endpoint, params string[] names) => endpoint.AddEndpointFilter((context, next) =>
    {
        var faults = new FieldFaults();
        foreach (var name in context.HttpContext.Request.Query.Keys.Except(names, StringComparer.OrdinalIgnoreCase))
            faults.Add(name, $"There is no such parameter. There is {string.Join(", ", names)}.");
        faults.ThrowIfAny();
        return next(context);
    });
}
