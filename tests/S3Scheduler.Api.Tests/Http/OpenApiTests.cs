using Microsoft.OpenApi;

namespace S3Scheduler.Api.Tests.Http;

public sealed class OpenApiTests(LocalApi fixture) : IClassFixture<LocalApi>
{
    private const string Update = "UPDATE_OPENAPI";

    private static readonly string[] Problem = ["title", "status", "detail", "requestId"];

    [Fact]
    public async Task Openapi_yaml_is_what_the_service_serves()
    {
        var served = await fixture.Local.Client.GetAsync("/openapi.yaml");
        var file = Path.Combine(HouseTests.Root, "openapi.yaml");
        if (Environment.GetEnvironmentVariable(Update) == "1")
            await File.WriteAllTextAsync(file, served.Text, Core.Cancellation);
        var kept = await File.ReadAllTextAsync(file, Core.Cancellation);
        kept.ShouldBe(served.Text,
            $"openapi.yaml is not what the service serves. If the change is meant: {Update}=1 dotnet test");
    }

    [Fact]
    public async Task The_document_is_valid_and_each_operation_has_a_name_descriptions_and_its_statuses()
    {
        var document = await ReadAsync();
        var operations =
            document.Paths.SelectMany(p => p.Value.Operations!.Select(o => (Path: p.Key, Operation: o.Value))).ToList();

        operations.Select(o => o.Operation.OperationId).Order().ShouldBe([
            "cancelSchedule", "cancelSchedules", "createSchedule", "getLive", "getMe", "getReady", "getSchedule",
            "getScheduleContent", "getState", "getSummary", "headLive", "headMe", "headReady", "headSchedule",
            "headScheduleContent", "headSchedules", "headState", "headSummary", "listSchedules", "prepareUpload",
            "reschedule", "rescheduleMany", "retrySchedule", "retrySchedules", "sweep"]);
        foreach (var (path, operation) in operations)
        {
            operation.Summary.ShouldNotBeNullOrEmpty(path);
            operation.Parameters?.ShouldAllBe(p => p.Description!.Length > 0);
            operation.Responses!.ShouldAllBe(r => r.Value.Description!.Length > 0);
            foreach (var (status, response) in operation.Responses!.Where(r => r.Key[0] is '4' or '5'))
                response.Content.ShouldNotBeNull()
                    .Keys.ShouldBe(["application/problem+json"], $"{operation.OperationId} {status}");
        }

        Statuses("createSchedule").ShouldBe("200 201 400 401 403 408 409 413 415 429 502 503");
        Statuses("listSchedules").ShouldBe("200 400 401 403 429 502 503");
        Statuses("headSchedules").ShouldBe("200 400 401 403 429 502 503");
        Statuses("getSummary").ShouldBe("200 400 401 403 429 502 503");
        Statuses("headSummary").ShouldBe("200 400 401 403 429 502 503");
        Statuses("getSchedule").ShouldBe("200 400 401 403 404 429 502 503");
        Statuses("headSchedule").ShouldBe("200 400 401 403 404 429 502 503");
        Statuses("getScheduleContent").ShouldBe("200 206 304 307 400 401 403 404 412 413 416 429 502 503");
        Statuses("headScheduleContent").ShouldBe("200 206 304 307 400 401 403 404 412 413 416 429 502 503");
        Statuses("cancelSchedule").ShouldBe("204 400 401 403 404 409 429 502 503 504");
        Statuses("cancelSchedules").ShouldBe("200 400 401 403 429 502 503");
        Statuses("reschedule").ShouldBe("200 400 401 403 404 408 409 413 415 429 502 503 504");
        Statuses("rescheduleMany").ShouldBe("200 400 401 403 429 502 503");
        Statuses("retrySchedule").ShouldBe("200 400 401 403 404 409 429 502 503");
        Statuses("retrySchedules").ShouldBe("200 400 401 403 429 502 503");
        Statuses("prepareUpload").ShouldBe("200 400 401 403 408 409 413 415 429 501 502 503");
        Statuses("sweep").ShouldBe("200 400 401 403 429 502 503");

        string Statuses(string id) =>
            string.Join(' ', operations.Single(o => o.Operation.OperationId == id).Operation.Responses!.Keys);
    }

    [Fact]
    public async Task The_document_describes_the_form()
    {
        var post = (await ReadAsync()).Paths["/schedules"].Operations![HttpMethod.Post];
        var form = post.RequestBody!.Content!["multipart/form-data"].Schema!;
        form.Required.ShouldBe(["bucket", "key", "content"], ignoreOrder: true);
        form.Properties!.Keys.ShouldBe([
            "dueAt", "delay", "bucket", "key", "Cache-Control", "Content-Disposition", "Content-Encoding",
            "Content-Language", "content"]);
        form.Properties.ShouldAllBe(p => p.Value.Description!.Length > 0);
        form.Properties["content"].Format.ShouldBe("binary");
        form.AdditionalProperties!.Description.ShouldNotBeNull().ShouldContain("x-amz-meta-*");
        post.Responses!["201"].Headers!.Keys.ShouldBe(["Location"]);
        post.Responses["503"].Headers!.Keys.ShouldBe(["Retry-After"]);
    }

    [Fact]
    public async Task The_document_describes_answers_and_problems()
    {
        var document = await ReadAsync();
        var schemas = document.Components!.Schemas!;

        foreach (var (name, required) in ((string, string[])[])[
            ("ScheduleResponse", ["key", "status", "dueAt", "destination", "size"]),
            ("SchedulePageResponse", ["schedules", "next"]),
            ("SummaryResponse", ["status", "total", "isComplete", "from", "to", "bins", "buckets", "codes"]),
            ("SummaryBin", ["from", "to", "count"]),
            ("BucketCount", ["bucket", "count"]),
            ("CodeCount", ["bucket", "code", "count"]),
            ("SweepResponse", ["outcome", "delivered", "failed", "nextDueAt", "remaining"]),
            ("RetriedResponse", ["retried", "next"]),
            ("RescheduledResponse", ["rescheduled", "tooLate", "conflicts", "unresolved", "next"]),
            ("CancelledResponse", ["cancelled", "tooLate", "unresolved", "next"]),
            ("RescheduleRequest", ["dueAt"]),
            ("UploadRequest", ["bucket", "key"]),
            ("UploadResponse", ["key", "dueAt", "url", "method", "headers", "expiresAt"]),
            ("Failure", ["code", "failedAt"]),
            ("ProblemDetails", Problem),
            ("HttpValidationProblemDetails", Problem),
        ]) schemas[name].Required.ShouldBe(required, ignoreOrder: true, name);
        schemas["ScheduleResponse"].Properties!["dueAt"].Format.ShouldBe("date-time");
        schemas["RescheduleRequest"].AdditionalPropertiesAllowed.ShouldBeFalse();
        schemas["UploadRequest"].AdditionalPropertiesAllowed.ShouldBeFalse();
        schemas["HttpValidationProblemDetails"].Properties!["errors"].AdditionalProperties!.Type
            .ShouldBe(JsonSchemaType.Array);

        var list = document.Paths["/schedules"].Operations![HttpMethod.Get].Parameters!;
        list.Select(p => p.Name).ShouldBe(["from", "to", "bucket", "keyPrefix", "status", "code", "limit", "after"]);
        list.Single(p => p.Name == "limit").Schema!.Type.ShouldBe(JsonSchemaType.Integer);
    }

    [Fact]
    public async Task The_examples_of_bodies_can_be_sent_as_they_are()
    {
        var client = fixture.Local.Client;
        var schemas = (await client.GetAsync("/openapi.json")).Json.GetProperty("components").GetProperty("schemas");
        var posted = await client.PostAsync(Form.To("reports", "a").DueAt("2029-01-01T00:00:00Z"));
        (await client.PatchAsync(posted.Location, Example("RescheduleRequest"))).Status.ShouldBe(200);
        // The body is valid, but this store takes no uploads.
        (await client.PostJsonAsync("/schedules/uploads", Example("UploadRequest"))).ShouldBeProblem(501);
        string Example(string schema) => schemas.GetProperty(schema).GetProperty("example").GetRawText();
    }

    private async Task<OpenApiDocument> ReadAsync()
    {
        var read = OpenApiDocument.Parse((await fixture.Local.Client.GetAsync("/openapi.json")).Text, "json");
        read.Diagnostic!.Errors.ShouldBeEmpty();
        read.Diagnostic.Warnings.ShouldBeEmpty();
        return read.Document.ShouldNotBeNull();
    }
}
