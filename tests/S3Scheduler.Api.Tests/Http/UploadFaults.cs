using System.Text.Json.Nodes;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>Refused uploads. Each answer names the member and the reason. The rules are those of a post.</summary>
public sealed class UploadFaults(LocalApi fixture) : IClassFixture<LocalApi>
{
    private static JsonObject Valid =>
        new() { ["dueAt"] = "2030-01-01T00:00:00Z", ["bucket"] = "reports", ["key"] = "a" };

    public static TheoryData<string, string, string> WrongValues => new()
    {
        { "dueAt", "\"tomorrow\"", "RFC 3339" }, { "dueAt", "\"\"", "one of them" },
        { "dueAt", "null", "one of them" }, { "delay", "\"PT10M\"", "not both" },
        { "bucket", "\"-reports\"", "a-z" }, { "bucket", "null", "missing" },
        { "key", "\"\"", "missing" }, { "key", "\"/\"", "at least one character" },
        { "contentType", "\"text/*\"", "application/json" }, { "contentType", "\"text/plain;\"", "application/json" },
        { "cacheControl", "\"no-\\r\\ncache\"", "printable ASCII" },
        { "contentDisposition", "\"attachment; filename=ü\"", "percent-encode" },
        { "contentEncoding", "\" gzip\"", "no space" }, { "contentLanguage", "\"d\\te\"", "printable ASCII" },
        { "size", "-1", "0 or more" }, { "size", "5368709121", "at most 5368709120 bytes" },
        { "sha256", "\"\"", "64 hex digits" },
        { "sha256", "\"LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=\"", "64 hex digits" },
        { "content", "\"hello\"", "no such member" }, { "x-amz-acl", "\"public-read\"", "no such member" },
        { "DueAt ", "1", "no such member" },
    };

    [Theory, MemberData(nameof(WrongValues))]
    public async Task A_wrong_member_is_refused_by_name(string member, string json, string says)
    {
        var before = fixture.Local.Files();
        var body = Valid;
        body[member] = JsonNode.Parse(json);
        (await PrepareAsync(body)).ShouldBeFaultOf(member).ShouldContain(says);
        fixture.Local.Files().ShouldBe(before);
    }

    [Theory]
    [InlineData("""{"ü":"1"}""", "metadata.ü", "letters, digits")]
    [InlineData("""{"team":"Ümläut"}""", "metadata.team", "percent-encode")]
    [InlineData("""{"team":null}""", "metadata.team", "string")]
    [InlineData("""{"team":"1","Team":"2"}""", "metadata.team", "once")]
    [InlineData("""{"Schedule-Id":"forged"}""", "metadata.schedule-id", "own")]
    [InlineData("""{"scheduled_by":"forged"}""", "metadata.scheduled_by", "own")]
    public async Task A_wrong_entry_of_the_metadata_is_refused_by_name(string json, string member, string says)
    {
        var body = Valid;
        body["metadata"] = JsonNode.Parse(json);
        (await PrepareAsync(body)).ShouldBeFaultOf(member).ShouldContain(says);
    }

    [Fact]
    public async Task All_faults_are_named_at_once() =>
        (await PrepareAsync(
            new JsonObject { ["delay"] = "soon", ["bucket"] = "b", ["size"] = -1, ["sha256"] = "a", ["acl"] = 1 }))
            .ShouldBeFaultOf("delay", "bucket", "key", "size", "sha256", "acl");

    [Fact]
    public async Task The_limits_are_those_of_a_post()
    {
        var body = Valid;
        body["metadata"] = new JsonObject { ["a"] = new string('v', 1792) };
        (await PrepareAsync(body)).ShouldBeFaultOf("metadata")
            .ShouldContain("1792 bytes, names and values together; these have 1793");
        body = Valid;
        body["key"] = new string('/', 500);
        (await PrepareAsync(body)).ShouldBeFaultOf("key").ShouldContain("950 are allowed");
    }

    [Fact]
    public async Task A_destination_inside_the_schedulers_own_folder_is_refused()
    {
        var body = Valid;
        (body["bucket"], body["key"]) = ("scheduler", "/schedules/2030-01-01T00:00:00.000Z|reports|a");
        (await PrepareAsync(body)).ShouldBeFaultOf("key").ShouldContain("own folder");
    }

    [Fact]
    public async Task If_the_service_has_a_limit_of_its_own_the_size_is_required_and_checked()
    {
        using var local = new LocalService(("Scheduler:MaxContentBytes", "1000"));
        var body = Valid;
        (await local.Client.PrepareUploadAsync(body)).ShouldBeFaultOf("size").ShouldContain("at most 1000");
        body["size"] = 1001;
        (await local.Client.PrepareUploadAsync(body)).ShouldBeFaultOf("size").ShouldContain("at most 1000");
        body["size"] = 1000;
        (await local.Client.PrepareUploadAsync(body)).ShouldBeProblem(501);
    }

    [Fact]
    public async Task A_store_that_clients_cannot_reach_is_a_501_that_says_what_to_do() =>
        (await PrepareAsync(Valid)).ShouldBeProblem(501, "POST /schedules");

    [Theory]
    [InlineData(""), InlineData("{"), InlineData("null"), InlineData("[]")]
    [InlineData("""{"metadata":[]}""")]
    [InlineData("""{"bucket":"\ud800"}""")]
    public async Task A_body_that_is_not_the_expected_JSON_is_a_400(string body) =>
        (await fixture.Local.Client.PostJsonAsync("/schedules/uploads", body)).ShouldBeProblem(400, "JSON");

    [Fact]
    public async Task A_body_of_another_type_is_a_415_and_one_that_is_too_large_a_413()
    {
        var client = fixture.Local.Client;
        (await client.PostJsonAsync("/schedules/uploads", Valid.ToJsonString(), "text/plain")).ShouldBeProblem(415);
        var large = Valid;
        large["cacheControl"] = new string('a', 70_000);
        (await client.PrepareUploadAsync(large)).ShouldBeProblem(413);
    }

    private Task<Answer> PrepareAsync(JsonObject body) => fixture.Local.Client.PrepareUploadAsync(body);
}
