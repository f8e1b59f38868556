using System.Globalization;
using Microsoft.OpenApi;
using S3Scheduler.Api.Http.OpenApi;
using S3Scheduler.Api.Scheduling;
using static S3Scheduler.Api.Http.OpenApi.EndpointDescriptions;

namespace S3Scheduler.Api.Http.Schedules;

/// <summary>The query of <c>GET /schedules</c>, as text, so that each fault can name its parameter.</summary>
public sealed record ListParameters(
    string? From, string? To, string? Bucket, string? KeyPrefix, string? Status, string? Limit, string? After)
{
    public static readonly string[] Names = ["from", "to", "bucket", "keyPrefix", "status", "limit", "after"];

    public bool IsOfDelivered => Status == "delivered";

    /// <param name="within">Only schedules to these destinations; null: to all.</param>
    /// <exception cref="InvalidScheduleException">Parameters are wrong; it names them all.</exception>
    public ScheduleQuery ToQuery(AllowedDestinations? within)
    {
        var faults = new FieldFaults();
        var query = new ScheduleQuery(
            ReadStatus(faults), ReadTime("from", From, faults), ReadTime("to", To, faults), ReadBucket(Bucket, faults),
            ReadAfter(After, faults), ReadLimit(faults), ReadKeyPrefix(faults));
        faults.ThrowIfAny();
        return query with { Within = within };
    }

    /// <inheritdoc cref="ToQuery"/>
    public DeliveredQuery ToDeliveredQuery(AllowedDestinations? within)
    {
        var faults = new FieldFaults();
        var after = After is null ? null : ReceiptPosition.TryParse(After);
        if (After is not null && after is null) faults.Add("after", "Give the next of the previous page.");
        var query = new DeliveredQuery(
            ReadTime("from", From, faults), ReadTime("to", To, faults), ReadBucket(Bucket, faults),
            ReadKeyPrefix(faults), after, ReadLimit(faults), within);
        faults.ThrowIfAny();
        return query;
    }

    public static string? ReadBucket(string? bucket, FieldFaults faults)
    {
        if (bucket is not null) faults.Add("bucket", Destination.FaultOfBucket(bucket));
        return bucket;
    }

    public static ScheduleKey? ReadAfter(string? after, FieldFaults faults)
    {
        ScheduleKey? key = null;
        if (after is not null && !KeyInPath.TryRead(after, out key))
            faults.Add("after", "Give the next of the previous page, or the key of a schedule.");
        return key;
    }

    /// <summary>Describes the query in the OpenAPI document: ASP.NET knows the parameters only as text.</summary>
    public static void Describe(OpenApiOperation operation)
    {
        var status = Text();
        (status.Enum, status.Default) = (["pending", "failed", "delivered"], "pending");
        var limit = new OpenApiSchema { Type = JsonSchemaType.Integer, Default = ScheduleQuery.DefaultLimit };
        (limit.Minimum, limit.Maximum) = ("1", $"{ScheduleQuery.MaxLimit}");
        operation.Parameters =
        [
            Parameter("from", Text(format: "date-time"),
                "Due at this time or later: RFC 3339; without an offset it is UTC. In a URL a + is written %2B. Of "
                + "delivered ones: recorded at this time or later."),
            Parameter("to", Text(format: "date-time"), "Due before this time: RFC 3339; without an offset it is UTC. "
                + "Of delivered ones: recorded before this time."),
            Parameter("bucket", Text(), "Delivered to this bucket."),
            Parameter("keyPrefix", Text(), "Delivered to a key that starts with this; one leading slash is dropped."),
            Parameter("status", status, "Pending, failed or delivered ones."),
            Parameter("limit", limit, "The most schedules that the page can have."),
            Parameter("after", Text(), "Only schedules that follow. Give the next of the previous page."),
        ];
        operation.AddHeader(StatusCodes.Status200OK, "Link",
            new() { Description = "The next page (RFC 8288, rel=next), if there is one.", Schema = Text() });
    }

    private static OpenApiParameter Parameter(string name, OpenApiSchema schema, string description) =>
        new() { Name = name, In = ParameterLocation.Query, Description = description, Schema = schema };

    private ScheduleStatus ReadStatus(FieldFaults faults)
    {
        if (Status is not (null or "pending" or "failed"))
            faults.Add("status", "A status is pending, failed or delivered.");
        return Status == "failed" ? ScheduleStatus.Failed : ScheduleStatus.Pending;
    }

    private static DateTimeOffset? ReadTime(string name, string? text, FieldFaults faults)
    {
        var time = text is null ? null : DueTime.Parse(text);
        if (text is not null && time is null) faults.Add(name, TimeFaults.Of(text));
        return time;
    }

    private string? ReadKeyPrefix(FieldFaults faults)
    {
        if (KeyPrefix is null) return null;
        var (prefix, fault) = ScheduleFieldsReader.ReadKey(KeyPrefix);
        faults.Add("keyPrefix", fault);
        return prefix;
    }

    private int ReadLimit(FieldFaults faults)
    {
        if (Limit is null) return ScheduleQuery.DefaultLimit;
        // TryParse alone would accept a sign, spaces, and NUL characters after the number.
        var isNumber = int.TryParse(Limit, CultureInfo.InvariantCulture, out var limit) && Limit.All(char.IsAsciiDigit);
        if (!isNumber || limit is < 1 or > ScheduleQuery.MaxLimit)
            faults.Add("limit", $"A limit is 1 to {ScheduleQuery.MaxLimit}.");
        return limit;
    }
}
