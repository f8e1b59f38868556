using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;
using S3Scheduler.Api.Http.OpenApi;
using S3Scheduler.Api.Http.Problems;
using S3Scheduler.Api.Http.Security;
using S3Scheduler.Api.Scheduling;
using static Microsoft.AspNetCore.Http.StatusCodes;
using static S3Scheduler.Api.Http.OpenApi.EndpointDescriptions;

namespace S3Scheduler.Api.Http.Schedules;

public static class ContentApi
{
    private const string Redirected = "redirect=true";
    private const string NotRedirected = "redirect=false";

    public static void MapContent(this RouteGroupBuilder schedules) => schedules.MapRead(
        "/{key}/content", Get, "getScheduleContent", "headScheduleContent", content => content
            .RequireScope(Scopes.Read)
            .RefuseCutKeys(Redirected, NotRedirected)
            .WithSummary("Read a schedule's content")
            .WithDescription("All bytes, or a range of them; with If-None-Match only if the content has changed. On "
                + "Lambda an answer carries 4.4 MB, and what is larger is answered with a link to the store (307).")
            .Describe(Describe)
            .ProducesValidationProblem()
            .ProducesProblem(Status404NotFound)
            .Answers(Status412PreconditionFailed, "The content does not match If-Match or If-Unmodified-Since.")
            .Answers(Status413PayloadTooLarge, "With redirect=false: the content, or the range of it, is larger than "
                + "an answer can be.")
            .Answers(Status416RangeNotSatisfiable, "The content has no byte of the range."));

    private static async Task<Results<ContentAnswer, ContentLink, ProblemHttpResult>> Get(
        [FromRoute] string key, Scheduler scheduler, DeliveredSchedules delivered, ContentLinks links,
        AnswerLimit limit, HttpContext context, CancellationToken cancellation)
    {
        var request = context.Request;
        bool? redirect = request.QueryString.HasValue ? request.QueryString.Value == $"?{Redirected}" : null;
        var parsed = KeyInPath.Read(key);
        var openImmediately = OpensImmediately(request) && redirect is not true && limit.Bytes is null;
        if (await scheduler.FindContentAsync(parsed, openImmediately, cancellation) is not { } content)
            return await delivered.WhyNoContentAsync(parsed, cancellation);

        context.Response.RegisterForDisposeAsync(content);
        var answer = new ContentAnswer(content);
        var isTooLarge = answer.LengthFor(request) > limit.Bytes;
        // Not HEAD: the link is signed for GET.
        if (HttpMethods.IsGet(request.Method) && (redirect ?? isTooLarge)
            && await links.MakeAsync(content, answer.Attachment(), cancellation) is { } link)
            return link;
        return isTooLarge ? Problem.AnswerTooLarge(content.Length, limit.Bytes!.Value) : answer;
    }

    // With a range or a condition, the answer may need none or only some of the bytes.
    private static bool OpensImmediately(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && !request.Headers.ContainsKey(HeaderNames.Range)
        && !request.Headers.Keys.Any(name => name.StartsWith("If-", StringComparison.OrdinalIgnoreCase));

    private static void Describe(OpenApiOperation operation)
    {
        operation.Parameters =
        [
            .. operation.Parameters ?? [],
            new OpenApiParameter
            {
                Name = "redirect",
                In = ParameterLocation.Query,
                Description = "true: answers with a link to the store, where there is one. false: never does. Without "
                    + "it: only where the answer would be too large, on Lambda.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.Boolean },
            },
            Header("Range", "The range wanted, such as bytes=0-1023. A request for several ranges gets all bytes."),
            Header("If-Range", "The ETag that the content must have. If it has changed, all bytes are sent."),
            Header("If-None-Match", "The ETag of the content that the client has. If it is unchanged: 304."),
        ];

        var bytes = new OpenApiMediaType { Schema = Text(format: "binary") };
        string[] headers = ["Accept-Ranges", "Content-Length", "ETag"];
        AddAnswer(200, "The bytes, with the content type they were posted with.", bytes, headers);
        AddAnswer(206, "The range of bytes that was asked for.", bytes, ["Content-Range", .. headers]);
        AddAnswer(307, "The content is at Location, for GET without credentials, for 5 minutes. Whoever has that URL "
            + "can read it.", null, ["Location"]);
        AddAnswer(304, "The client already has this content.", null, ["ETag"]);

        static OpenApiParameter Header(string name, string description) =>
            new() { Name = name, In = ParameterLocation.Header, Description = description, Schema = Text() };

        void AddAnswer(int status, string description, OpenApiMediaType? body, string[] names)
        {
            var content = body is null ? null : new Dictionary<string, IOpenApiMediaType> { ["*/*"] = body };
            operation.Responses![$"{status}"] = new OpenApiResponse { Description = description, Content = content };
            foreach (var name in names) operation.AddHeader(status, name, new() { Required = true, Schema = Text() });
        }
    }
}
