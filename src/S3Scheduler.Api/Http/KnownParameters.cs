namespace S3Scheduler.Api.Http;

public static class KnownParameters
{
    /// <summary>
    /// Makes an endpoint refuse unknown parameters, so that a misspelt one is not ignored, and those that are given
    /// more than once, of which it could mean only one.
    /// </summary>
    public static RouteHandlerBuilder RefuseOtherParametersThan(
        this RouteHandlerBuilder endpoint, params string[] names) => endpoint.AddEndpointFilter((context, next) =>
    {
        var (faults, query) = (new FieldFaults(), context.HttpContext.Request.Query);
        foreach (var name in query.Keys.Except(names, StringComparer.OrdinalIgnoreCase))
            faults.Add(name, $"There is no such parameter. There is {string.Join(", ", names)}.");
        foreach (var (name, values) in query)
            if (values.Count > 1) faults.Add(name, "Give it once.");
        faults.ThrowIfAny();
        return next(context);
    });
}
