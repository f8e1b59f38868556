namespace S3Scheduler.Api.Tests.Http;

/// <summary>Odd but common ways to write a form. What a part says about its bytes is obeyed, or refused.</summary>
public sealed class FormHabitTests(LocalApi fixture) : IClassFixture<LocalApi>
{
    private const string DueAt = "2030-01-01T00:00:00Z";

    private Client Client => fixture.Local.Client;

    [Theory]
    [InlineData("content", "Content-Transfer-Encoding: base64"), InlineData("key", "Content-Transfer-Encoding: base64")]
    [InlineData("key", "Content-Transfer-Encoding: quoted-printable")]
    [InlineData("content", "content-transfer-encoding: x-uuencode"), InlineData("content", "Content-Encoding: gzip")]
    [InlineData("key", "Content-Encoding: gzip")]
    public async Task A_part_that_says_its_bytes_are_encoded_is_refused_by_name(string field, string header)
    {
        var before = fixture.Local.Files();
        var refusal = await PostAsync(Parts("encoded", (field, header, "aGVsbG8=")));
        refusal.ShouldBeFaultOf(field).ShouldContain(header.Split(": ")[1]);
        fixture.Local.Files().ShouldBe(before);
    }

    [Theory]
    [InlineData("Content-Transfer-Encoding: 8bit"), InlineData("Content-Transfer-Encoding: BINARY")]
    [InlineData("Content-Transfer-Encoding: 7bit"), InlineData("Content-Encoding: identity")]
    public async Task A_part_that_says_its_bytes_are_as_they_are_is_taken(string header)
    {
        var posted = await PostAsync(Parts($"as-is/{header.Split(": ")[1]}", ("content", header, "aGVsbG8=")));
        posted.Status.ShouldBe(201, posted.Text);
        (await Client.GetAsync($"{posted.Location}/content")).Text.ShouldBe("aGVsbG8=");
    }

    [Theory]
    [InlineData("utf-8", "größe"), InlineData("UTF-8", "größe"), InlineData("\"utf-8\"", "größe")]
    [InlineData("us-ascii", "size"), InlineData("ISO-8859-1", "size"), InlineData("windows-1252", "size")]
    public async Task A_value_is_read_in_the_charset_that_its_part_names(string charset, string key)
    {
        string[] headers = [$"Content-Type: text/plain; charset={charset}", "Content-Type: text/plain"];
        string[] types = [Type("b"), $"multipart/form-data; charset={charset}; boundary=b"];
        foreach (var (header, type) in headers.Zip(types))
        {
            var posted = await PostAsync(Parts("", ("key", header, $"charset/{key}")), type);
            posted.Status.ShouldBeOneOf(200, 201);
            posted.Json.GetProperty("destination").GetProperty("key").GetString().ShouldBe($"charset/{key}");
        }
    }

    [Theory]
    [InlineData("utf-16"), InlineData("utf-7"), InlineData("shift_jis"), InlineData("nonsense")]
    public async Task A_value_in_a_charset_that_is_not_read_is_refused_by_name(string charset) =>
        (await PostAsync(Parts("", ("key", $"Content-Type: text/plain; charset={charset}", "a"))))
            .ShouldBeFaultOf("key").ShouldContain("UTF-8");

    [Theory]
    [InlineData("us-ascii"), InlineData("utf-8"), InlineData("iso-8859-1"), InlineData("windows-1252")]
    public async Task A_value_that_is_not_in_its_charset_is_refused_by_name(string charset) =>
        (await PostAsync(
            Parts("", ("key", $"Content-Type: text/plain; charset={charset}", "ö")), encoding: Encoding.Latin1))
            .ShouldBeFaultOf("key").ShouldContain("UTF-8");

    [Theory]
    [InlineData("--===1626454906178==="), InlineData("----=_Part_0_1337.1234"), InlineData("a/b"), InlineData("a,b")]
    [InlineData("(a:b)?"), InlineData("a b"), InlineData("'()+_,-./:=?")]
    public async Task A_boundary_may_lack_its_quotes(string boundary)
    {
        foreach (var type in (string[])[
            $"multipart/form-data; boundary={boundary}", $"multipart/form-data;boundary={boundary} ; charset=utf-8",
            $"Multipart/Form-Data; charset=utf-8; Boundary={boundary}",
            $"multipart/form-data; boundary=\"{boundary}\""])
        {
            var posted = await PostAsync(Parts("boundary"), type, boundary: boundary);
            posted.Status.ShouldBeOneOf([200, 201], $"{type} {posted.Text}");
        }
    }

    [Fact]
    public async Task A_file_input_that_was_left_empty_is_no_content()
    {
        const string Type = "Content-Type: application/octet-stream";
        (await PostAsync(Parts("a", ("content\"; filename=\"", Type, "")))).ShouldBeFaultOf("content")
            .ShouldContain("missing");
        (await PostAsync(Parts("empty/named", ("content\"; filename=\"a", Type, "")))).Status.ShouldBe(201);
        (await PostAsync(Parts("empty/field", ("content", Type, "")))).Status.ShouldBe(201);
        (await PostAsync(Parts("empty/unnamed", ("content\"; filename=\"", Type, "bytes")))).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_byte_order_mark_before_a_value_is_not_part_of_it()
    {
        var form = Form.To("\uFEFFreports", "\uFEFFbom").DueAt($"\uFEFF{DueAt}").With("x-amz-meta-a", "\uFEFF1");
        var posted = await Client.PostAsync(form.With("content", "\uFEFFa,b"));
        posted.Status.ShouldBe(201, posted.Text);
        posted.Key.ShouldBe("2030-01-01T00:00:00.000Z|reports|bom");
        (await Client.GetAsync($"{posted.Location}/content")).Body.ShouldBe([0xEF, 0xBB, 0xBF, .. "a,b"u8]);
    }

    [Theory]
    [InlineData("", "text/plain"), InlineData(" ", "text/plain"), InlineData(";", "text/plain")]
    [InlineData("text/csv;", "text/csv"), InlineData("text/csv ; ", "text/csv")]
    [InlineData("text/csv; header=present;", "text/csv; header=present")]
    public async Task A_part_without_a_type_or_parameter_where_one_could_be_is_taken(string type, string means)
    {
        var posted = await PostAsync(Parts($"type/{type}", ("content", $"Content-Type: {type}", "a")));
        posted.Status.ShouldBe(201, posted.Text);
        posted["contentType"].ShouldBe(means);
        // The type of a field says nothing, unless it names a charset.
        (await PostAsync(Parts("", ("key", $"Content-Type: {type}", $"field/{type}")))).Status.ShouldBe(201);
    }

    [Theory]
    [InlineData("text/csv; name=\"größe.csv\"", "ASCII"), InlineData("text", "'text'")]
    [InlineData("text/csv; =a", "'text/csv; =a'"), InlineData("text/*", "'text/*'")]
    public async Task The_fault_of_a_content_type_says_what_was_read_and_what_is_wrong(string type, string says) =>
        (await PostAsync(Parts("a", ("content", $"Content-Type: {type}", "a")))).ShouldBeFaultOf("content")
            .ShouldContain(says);

    [Fact]
    public async Task Big_content_before_the_fields_needs_no_more_room_than_content_after_them()
    {
        using var small = new LocalService(("Scheduler:MaxSpoolBytes", $"{StreamedContent.Threshold}"));
        var big = new byte[3 * StreamedContent.Threshold + 5];
        new Random(20261127).NextBytes(big);
        var form = Form.Of(new Part("bucket", "reports"), new Part("content", big, "text/csv", "a.csv"),
            new Part("key", "big/early"), new Part("x-amz-meta-a", "1"), new Part("dueAt", DueAt));

        var posted = await small.Client.PostAsync(form);

        posted.Status.ShouldBe(201, posted.Text);
        (await small.Client.GetAsync($"{posted.Location}/content")).Body.AsSpan().SequenceEqual(big).ShouldBeTrue();
        (await small.Client.PostAsync(form)).Status.ShouldBe(200);
    }

    private static string Type(string boundary) => $"multipart/form-data; boundary={boundary}";

    // The parts of a valid form, of which some are written otherwise.
    private static IEnumerable<(string Name, string? Header, string Value)> Parts(
        string key, params IReadOnlyList<(string Name, string? Header, string Value)> odd)
    {
        (string Name, string? Header, string Value)[] valid =
            [("dueAt", null, DueAt), ("bucket", null, "reports"), ("key", null, key), ("content", null, "hello")];
        return [.. valid.Where(v => odd.All(o => o.Name.Split('"')[0] != v.Name)), .. odd];
    }

    private Task<Answer> PostAsync(IEnumerable<(string Name, string? Header, string Value)> parts,
        string? type = null, Encoding? encoding = null, string boundary = "b")
    {
        var body = string.Concat(parts.Select(part =>
            $"--{boundary}\r\nContent-Disposition: form-data; name=\"{part.Name}\"\r\n"
            + (part.Header is null ? "" : $"{part.Header}\r\n") + $"\r\n{part.Value}\r\n")) + $"--{boundary}--\r\n";
        var content = new ByteArrayContent((encoding ?? Encoding.UTF8).GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type ?? Type(boundary)).ShouldBeTrue();
        return Client.SendAsync(HttpMethod.Post, "/schedules", content);
    }
}
