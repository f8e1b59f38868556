using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace S3Scheduler.Api.Tests.Replicas;

internal enum S3Operation
{
    Put,

    /// <summary>In one request; or the last of several, which makes the object of its parts.</summary>
    Copy,
    Get,
    Head,
    List,
    Delete,
    Other,
}

/// <summary>What a request asks of the server.</summary>
/// <param name="Key">Of the object that is read or written; empty where it is about the bucket.</param>
/// <param name="Source">Of a COPY: the key in the bucket of schedules.</param>
/// <param name="ScheduleId">Of a PUT.</param>
internal sealed record S3Request(S3Operation Operation, string Bucket, string Key, string? Source, string? ScheduleId)
{
    /// <summary>From the path as it was sent, in path style.</summary>
    public static S3Request From(HttpRequest request)
    {
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2);
        var path = target[0].TrimStart('/').Split('/', 2);
        var key = path.Length > 1 ? Uri.UnescapeDataString(path[1]) : "";
        var source = request.Headers["x-amz-copy-source"].FirstOrDefault();
        return new S3Request(
            Operate(request.Method, key, source is not null, target.ElementAtOrDefault(1) ?? ""), path[0], key,
            source is null ? null : Uri.UnescapeDataString(source).TrimStart('/').Split('/', 2)[1],
            request.Headers["x-amz-meta-schedule-id"].FirstOrDefault());
    }

    private static S3Operation Operate(string method, string key, bool hasSource, string query) => method switch
    {
        "PUT" when query.Contains("partNumber=", StringComparison.Ordinal) => S3Operation.Other,
        "POST" when query.StartsWith("uploadId=", StringComparison.Ordinal) => S3Operation.Copy,
        "DELETE" when query.StartsWith("uploadId=", StringComparison.Ordinal) => S3Operation.Other,
        "PUT" when key.Length > 0 => hasSource ? S3Operation.Copy : S3Operation.Put,
        "GET" when key.Length > 0 => S3Operation.Get,
        "GET" when query.Contains("list-type=2", StringComparison.Ordinal) => S3Operation.List,
        "HEAD" when key.Length > 0 => S3Operation.Head,
        "POST" when query.StartsWith("delete", StringComparison.Ordinal) => S3Operation.Delete,
        "DELETE" when key.Length > 0 => S3Operation.Delete,
        _ => S3Operation.Other,
    };
}

/// <param name="Status">What the server answered; null: it was not asked.</param>
/// <param name="Fault">What the network did to it.</param>
internal sealed record S3Exchange(S3Request Request, int? Status, NetworkFault Fault)
{
    /// <summary>A PUT or COPY that the server has carried out, whether its answer arrived or not.</summary>
    public bool Wrote(S3Operation operation) => Request.Operation == operation && Status == 200;
}
