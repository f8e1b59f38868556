using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using S3Scheduler.Api.Http.OpenApi;
using S3Scheduler.Api.Http.Security;
using S3Scheduler.Api.Scheduling;
using S3Scheduler.Api.Scheduling.Many;

namespace S3Scheduler.Api.Http.Schedules;

public static class SummaryApi
{
    public static void MapSummary(this RouteGroupBuilder schedules) => schedules.MapRead(
        "/summary", Get, "getSummary", "headSummary", summary => summary
            .RequireScope(Scopes.Read)
            .Takes(ListParameters.OfSummary)
            .WithSummary("Count schedules")
            .WithDescription("How many there are: in all, by due time, by bucket, and of failed ones by error code. "
                + "Of delivered ones the time is when they were recorded. It reads up to about 100,000 schedules, or "
                + "as many as it can in the given seconds, and says with isComplete whether these were all. The 100 "
                + "largest buckets are named; an entry whose bucket is null counts all others."));

    private static async Task<Ok<SummaryResponse>> Get(
        ListParameters parameters, ScheduleSummaries summaries, HttpContext context, CancellationToken cancellation)
    {
        var (own, faults) = (Caller.Of(context).Destinations, new FieldFaults());
        var (bins, patience) = (parameters.ReadBins(faults), parameters.ReadPatience(faults));
        if (parameters.IsOfDelivered)
        {
            var delivered = parameters.ToDeliveredQuery(own, faults);
            return Answer(ScheduleStatus.Delivered, await summaries.ReadAsync(delivered, bins, patience, cancellation));
        }

        var query = parameters.ToQuery(own, faults) with { Limit = ScheduleQuery.MaxLimit };
        return Answer(query.Status, await summaries.ReadAsync(query, bins, patience, cancellation));
    }

    private static Ok<SummaryResponse> Answer(ScheduleStatus status, ScheduleSummary summary) =>
        TypedResults.Ok(new SummaryResponse(
            status, summary.Total, summary.IsComplete, summary.From, summary.To, summary.Bins, summary.Buckets,
            summary.Codes));
}

/// <summary>How many schedules there are.</summary>
/// <param name="Status">Pending, failed or delivered ones.</param>
/// <param name="Total">How many were counted.</param>
/// <param name="IsComplete">False: there are more than this call has counted. Give a from, or a shorter time.</param>
/// <param name="From">The from of the query, else when the first one is due; null: there is none.</param>
/// <param name="To">The to of the query, else when the last one is due; null: there is none.</param>
/// <param name="Bins">
/// Equal parts of that time, in order; their counts add up to total. If the query has from and to, there are as many as
/// it asks for. Else there can be down to half as many, and the first and the last one can reach beyond that time. None
/// is shorter than a millisecond.
/// </param>
/// <param name="Buckets">By destination bucket, the largest first; their counts add up to total.</param>
/// <param name="Codes">Of failed ones, by bucket and error code, the largest first; else empty.</param>
[Example("""
    {
      "status": "failed", "total": 3, "isComplete": true,
      "from": "2030-01-01T00:00:00.000Z", "to": "2030-01-03T00:00:00.000Z",
      "bins": [
        {"from": "2030-01-01T00:00:00.000Z", "to": "2030-01-02T00:00:00.000Z", "count": 2},
        {"from": "2030-01-02T00:00:00.000Z", "to": "2030-01-03T00:00:00.000Z", "count": 1}
      ],
      "buckets": [{"bucket": "reports", "count": 3}],
      "codes": [{"bucket": "reports", "code": "NoSuchBucket", "count": 3}]
    }
    """)]
public sealed record SummaryResponse(
    ScheduleStatus Status, long Total, bool IsComplete, [property: JsonRequired] DateTimeOffset? From,
    [property: JsonRequired] DateTimeOffset? To, IReadOnlyList<SummaryBin> Bins, IReadOnlyList<BucketCount> Buckets,
    IReadOnlyList<CodeCount> Codes);
