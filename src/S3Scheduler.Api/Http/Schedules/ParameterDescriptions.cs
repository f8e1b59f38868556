using Microsoft.OpenApi;
using S3Scheduler.Api.Http.OpenApi;
using S3Scheduler.Api.Scheduling;
using static S3Scheduler.Api.Http.OpenApi.EndpointDescriptions;

namespace S3Scheduler.Api.Http.Schedules;

/// <summary>
/// Describes the parameters of <see cref="ListParameters"/> in the OpenAPI document: ASP.NET does not know them.
/// </summary>
public static class ParameterDescriptions
{
    private static readonly Dictionary<string, (Func<OpenApiSchema> Schema, string Text)> All = new()
    {
        ["from"] = (Time, "Due at this time or later: RFC 3339; without an offset it is UTC. In a URL a + is written "
            + "%2B. Of delivered ones: recorded at this time or later."),
        ["to"] = (Time, "Due before this time: RFC 3339; without an offset it is UTC. Of delivered ones: recorded "
            + "before this time."),
        ["bucket"] = (() => Text(), "Delivered to this bucket."),
        ["keyPrefix"] = (() => Text(), "Delivered to a key that starts with this; one leading slash is dropped."),
        ["status"] = (Status, "Pending, failed or delivered ones."),
        ["code"] = (() => Text(), "Failed with this error code, such as NoSuchBucket. Only with status=failed."),
        ["limit"] = (() => Number(1, ScheduleQuery.MaxLimit, ScheduleQuery.DefaultLimit),
            "The most schedules that the page can have."),
        ["after"] = (() => Text(), "Only schedules that follow. Give the next of the previous page."),
        ["dueAt"] = (Time, "The new due time of all of them: RFC 3339; without an offset it is UTC. Either this or "
            + "by."),
        ["by"] = (() => Text(example: "PT2H"), "By how much to put them off: an ISO 8601 duration, such as PT2H; "
            + "-PT2H brings them forward. Either this or dueAt."),
        ["dryRun"] = (() => new() { Type = JsonSchemaType.Boolean, Default = false },
            "Whether only to say how many schedules of this page it would be, and to change nothing."),
        ["bins"] = (() => Number(0, ListParameters.MaxBins, ListParameters.DefaultBins),
            "How many equal parts of the time to count in; 0: none."),
        ["seconds"] = (() => Number(1, ListParameters.MaxSeconds),
            "How long it may count. What it has counted by then is the answer. Without it, only the bound of what it "
            + "reads ends it."),
    };

    /// <summary>Says that the operation takes these parameters.</summary>
    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder endpoint, params string[] names) => endpoint
        .RefuseOtherParametersThan(names)
        .Describe(operation => operation.Parameters = [.. names.Select(Parameter)])
        .ProducesValidationProblem();

    private static OpenApiParameter Parameter(string name) => new()
    {
        Name = name,
        In = ParameterLocation.Query,
        Description = All[name].Text,
        Schema = All[name].Schema(),
    };

    private static OpenApiSchema Time() => Text(format: "date-time");

    private static OpenApiSchema Status()
    {
        var status = Text();
        (status.Enum, status.Default) = (["pending", "failed", "delivered"], "pending");
        return status;
    }

    private static OpenApiSchema Number(int least, int most, int? otherwise = null) => new()
    {
        Type = JsonSchemaType.Integer,
        Minimum = $"{least}",
        Maximum = $"{most}",
        Default = otherwise,
    };
}
