namespace S3Scheduler.Api.Tests.Http;

/// <summary>Refused posts. Each answer names the field and the reason, and nothing is stored.</summary>
public sealed class PostFaults(LocalApi fixture) : IClassFixture<LocalApi>
{
    private static readonly Form Valid = Form.To("reports", "a").DueAt("2030-01-01T00:00:00Z");

    private Task<Answer> PostAsync(Form form) => fixture.Local.Client.PostAsync(form);

    public static TheoryData<string, string, string> WrongValues => new()
    {
        { "dueAt", "tomorrow", "RFC 3339" }, { "dueAt", "10000-01-01T00:00:00Z", "year 10000" },
        { "dueAt", "9999-12-31T23:59:59-01:00", "year 10000" },
        { "dueAt", "9999-12-31T23:59:59.9991Z", "year 10000" }, { "dueAt", "2030-02-30T00:00:00Z", "RFC 3339" },
        { "dueAt", "2030-01-01T00:00:00+24:00", "RFC 3339" },
        { "bucket", "", "missing" },
        { "bucket", "_reports", "letter or digit" }, { "bucket", "re", "3 to 255" },
        { "bucket", new string('b', 256), "3 to 255" }, { "bucket", "re:ports", "A-Z, a-z" },
        { "bucket", "arn:aws:s3:eu-central-1:123456789012:accesspoint/reports", "the access point's alias" },
        { "bucket", "reports-s3alias", "only if Scheduler:Destinations names it" },
        { "bucket", "SCHEDULER", "own bucket" }, { "bucket", "../reports", "a-z" }, { "key", "", "missing" },
        { "key", "/", "at least one character" }, { "key", "a\0b", "NUL" },
        { "key", new string('a', 1025), "1024" },
        { "Cache-Control", "no-\r\ncache", "printable ASCII" },
        { "Content-Disposition", "attachment; filename=ü", "percent-encode" },
        { "Content-Encoding", " gzip", "no space" }, { "Content-Language", "d\te", "printable ASCII" },
        { "x-amz-meta-team", "Ümläut", "percent-encode" }, { "x-amz-meta-team", "space at the end ", "no space" },
        { "x-amz-meta-", "no name", "after x-amz-meta-" }, { "x-amz-meta-a b", "a space", "letters, digits" },
        { "x-amz-meta-ü", "a letter", "letters, digits" }, { "x-amz-meta-schedule-id", "forged", "own" },
        { "x-amz-meta-schedule_id", "forged", "own" }, { "x-amz-meta-scheduled_by", "forged", "own" },
        { "dueat", "2030-01-01T00:00:00Z", "no such field" }, { "Bucket", "reports", "no such field" },
        { "file", "a file", "no such field" }, { "x-amz-acl", "public-read", "no such field" },
    };

    [Theory, MemberData(nameof(WrongValues))]
    public async Task A_wrong_value_is_refused_by_name(string field, string value, string says)
    {
        var before = fixture.Local.Files();
        (await PostAsync(Valid.With(field, value))).ShouldBeFaultOf(field).ShouldContain(says);
        fixture.Local.Files().ShouldBe(before);
    }

    [Theory]
    [InlineData("a_b", "a-b"), InlineData("a_b-c", "a-b_c"), InlineData("_", "-")]
    public async Task Names_of_metadata_that_are_one_name_on_some_servers_are_refused(string one, string other) =>
        (await PostAsync(Valid.With($"x-amz-meta-{one}", "1").With($"x-amz-meta-{other}", "2")))
            .ShouldBeFaultOf($"x-amz-meta-{one}", $"x-amz-meta-{other}").ShouldContain($"so '{other}' is the same");

    [Theory]
    [InlineData("ten minutes"), InlineData("PT"), InlineData("P"), InlineData("P1M"), InlineData("P1Y")]
    [InlineData("-PT1S"), InlineData("PT1.5M"), InlineData("P9999999D"), InlineData("P2920000D")]
    public async Task A_delay_is_a_duration_of_fixed_length_that_ends_before_the_year_10000(string delay) =>
        (await PostAsync(Form.To("reports", "a").With("delay", delay))).ShouldBeFaultOf("delay");

    [Fact]
    public async Task Either_dueAt_or_delay_is_given()
    {
        (await PostAsync(Valid.Without("dueAt"))).ShouldBeFaultOf("dueAt")
            .ShouldBe("Give either dueAt or delay, one of them.");
        (await PostAsync(Valid.With("delay", "PT10M"))).ShouldBeFaultOf("delay")
            .ShouldBe("Give either dueAt or delay, not both.");
        // An HTML form also sends an input that was left empty.
        (await PostAsync(Valid.With("delay", ""))).Status.ShouldBe(201);
    }

    [Fact]
    public async Task All_faults_are_named_at_once() =>
        (await PostAsync(
            Form.Of(new Part("delay", "soon"), new Part("bucket", "b"), new Part("x-amz-meta-a", "ä"))))
            .ShouldBeFaultOf("delay", "bucket", "key", "content", "x-amz-meta-a");

    [Theory]
    [InlineData("dueAt"), InlineData("bucket"), InlineData("key"), InlineData("content"), InlineData("Cache-Control")]
    [InlineData("x-amz-meta-a")]
    public async Task A_field_is_given_once(string field)
    {
        var once = Valid.With("Cache-Control", "no-cache").With("x-amz-meta-a", "1");
        var part = once.Parts.Single(p => p.Name == field);
        (await PostAsync(once.And(part))).ShouldBeFaultOf(field).ShouldBe("Give this field only once.");
    }

    [Fact]
    public async Task Names_of_headers_and_metadata_ignore_case()
    {
        (await PostAsync(Valid.With("x-amz-meta-a", "1").With("X-Amz-Meta-A", "1"))).ShouldBeFaultOf("x-amz-meta-a");
        (await PostAsync(Valid.With("Cache-Control", "a").With("cache-control", "a"))).ShouldBeFaultOf("Cache-Control");
    }

    [Theory]
    [InlineData("scheduler", "schedules/2030-01-01T00:00:00.000Z|reports|a", "key", "own folder")]
    [InlineData("scheduler", "/schedules/.failed/x", "key", "own folder")]
    [InlineData("scheduler", "schedules-of-others/.sweep/000000000000", "bucket", "own bucket")]
    [InlineData("scheduler", "x", "bucket", "own bucket")]
    public async Task A_destination_in_the_schedulers_own_bucket_is_refused(
        string bucket, string key, string field, string says)
    {
        var before = fixture.Local.Files();
        (await PostAsync(Valid.With("bucket", bucket).With("key", key))).ShouldBeFaultOf(field).ShouldContain(says);
        fixture.Local.Files().ShouldBe(before);
    }

    [Fact]
    public async Task A_folder_of_the_same_name_in_another_bucket_is_a_destination() =>
        (await PostAsync(Valid.With("key", "schedules/x"))).Status.ShouldBe(201);

    [Fact]
    public async Task The_fault_of_a_long_key_names_its_length_and_the_limit()
    {
        // S3's limit, less the folder, the bytes that are kept free, the time, the bucket, and two bars.
        const int Free = 1024 - 10 - 64 - 24 - 7 - 2;
        (await PostAsync(Valid.With("key", new string('k', Free)))).Status.ShouldBe(201);
        (await PostAsync(Valid.With("key", new string('k', Free + 1)))).ShouldBeFaultOf("key")
            .ShouldBe("The schedule's key would have 951 bytes, with the destination key escaped; 950 are allowed.");
        (await PostAsync(Valid.With("key", new string('/', Free / 2 + 2)))).ShouldBeFaultOf("key")
            .ShouldContain("951 bytes");
        (await PostAsync(Valid.With("key", new string('é', Free / 2 + 1)))).ShouldBeFaultOf("key")
            .ShouldContain("951 bytes");
    }

    [Theory]
    [InlineData("nonsense"), InlineData("text/"), InlineData("/plain"), InlineData("text/plain, text/html")]
    [InlineData("text/*"), InlineData("*/*"), InlineData("text/plain; charset=ü")]
    public async Task A_content_type_is_a_media_type(string type) =>
        (await PostAsync(Valid.With(new Part("content", "hello", type)))).ShouldBeFaultOf("content")
            .ShouldContain("application/json");

    [Fact]
    public async Task The_name_of_a_metadata_field_has_at_most_80_characters()
    {
        await ShouldTakeAsync(80);
        foreach (var length in (int[])[81, 300]) await ShouldRefuseAsync(length);

        async Task ShouldTakeAsync(int length)
        {
            var posted = await PostAsync(Valid.With("key", "name").With($"x-amz-meta-{new string('n', length)}", "v"));
            posted.Status.ShouldBe(201, posted.Text);
        }

        async Task ShouldRefuseAsync(int length)
        {
            var refused = await PostAsync(Valid.With($"x-amz-meta-{new string('n', length)}", "v"));
            refused.ShouldBeProblem(400, $"has at most 80 characters after x-amz-meta-; this one has {length}.");
        }
    }

    [Fact]
    public async Task Headers_over_the_limit_of_S3_are_refused()
    {
        // "text/plain", the default, and two names.
        const int Free = 1792 - 12 - 10 - 13;
        var exact = Valid.With("key", "headers").With("Cache-Control", new string('v', Free));
        (await PostAsync(exact)).Status.ShouldBe(201);
        (await PostAsync(Valid.With("Cache-Control", new string('v', Free + 1)))).ShouldBeFaultOf("Cache-Control")
            .ShouldContain("at most 1792 bytes, names and values together; these have 1793");
        var type = $"text/plain; a={new string('v', 1792)}";
        (await PostAsync(Valid.With(new Part("content", "hello", type)))).ShouldBeFaultOf("content")
            .ShouldContain("1792 bytes");
    }

    [Fact]
    public async Task Metadata_over_the_limit_of_S3_is_refused()
    {
        (await PostAsync(Valid.With("key", "metadata").With("x-amz-meta-a", new string('v', 1791))))
            .Status.ShouldBe(201);
        (await PostAsync(Valid.With("x-amz-meta-a", new string('v', 1792))))
            .ShouldBeFaultOf("x-amz-meta-*").ShouldContain("1792 bytes, names and values together; these have 1793");
    }
}
