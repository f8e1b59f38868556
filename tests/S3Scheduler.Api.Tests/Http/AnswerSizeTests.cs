namespace S3Scheduler.Api.Tests.Http;

/// <summary>An answer does not grow with what was sent wrongly.</summary>
public sealed class AnswerSizeTests(LocalApi fixture) : IClassFixture<LocalApi>
{
    private const int MaxBytes = 16 * 1024;

    // JSON writes each of these characters in up to 6 bytes.
    public static TheoryData<string> Letters => new("a", "é", "😀", "\u001b", "\u0085", "\"", "\\");

    private Client Client => fixture.Local.Client;

    [Theory, MemberData(nameof(Letters))]
    public async Task A_form_with_many_long_names_and_values_that_are_wrong(string letter)
    {
        var name = Uri.EscapeDataString(letter).Length > 1 && letter[0] < ' ' ? "a" : letter.Replace("\"", "a");
        var parts = Enumerable.Range(0, 99).Select(i => new Part($"{i}{Repeat(name, 4000)}", Repeat(letter, 8000)));
        ShouldBeSmall(await Client.PostAsync(Form.Of([.. parts])), 400);
        var metadata = Enumerable.Range(0, 99).Select(i => new Part($"x-amz-meta-{i}{Repeat(name, 4000)}", "ü"));
        ShouldBeSmall(await Client.PostAsync(Form.Of([.. metadata])), 400);
        foreach (var field in (string[])["dueAt", "delay", "bucket", "key", "Cache-Control"])
            ShouldBeSmall(await Client.PostAsync(Form.To("reports", "a").With(field, Repeat(letter, 8000))), 400);
    }

    [Theory, MemberData(nameof(Letters))]
    public async Task A_JSON_body_with_many_or_long_members_that_are_unknown(string letter)
    {
        var written = System.Text.Json.JsonEncodedText.Encode(letter).ToString();
        foreach (var body in (string[])[
            $"{{{string.Join(',', Enumerable.Range(0, 4000).Select(i => $"\"{i}\":1"))}}}",
            $"{{{string.Join(',', Enumerable.Range(0, 60).Select(i => $"\"{Repeat(written, 900)}{i}\":1"))}}}",
            $"{{{string.Join(',', Enumerable.Range(0, 60).Select(i => $"\"{i}{Repeat(written, 900)}\":1"))}}}",
            $"{{\"metadata\":{{{string.Join(',', Enumerable.Range(0, 60).Select(i =>
                $"\"{i}{Repeat(written, 900)}\":null"))}}}}}",
            $"{{\"dueAt\":\"{Repeat(written, 60_000)}\"}}", $"{{\"bucket\":\"{Repeat(written, 60_000)}\"}}",
        ])
        {
            ShouldBeSmall(await Client.PostJsonAsync("/schedules/uploads", body), 400);
            ShouldBeSmall(await Client.PatchAsync(Client.PathOf("2030-01-01T00:00:00.000Z|reports|a"), body), 400);
        }
    }

    [Theory, MemberData(nameof(Letters))]
    public async Task A_query_or_a_path_of_the_longest_kind(string letter)
    {
        var written = Uri.EscapeDataString(letter);
        var many = string.Join('&', Enumerable.Range(0, 5000).Select(i => $"{i}{written}=").TakeWhile(TakesUpTo(7600)));
        var text = Repeat(written, 7600);
        foreach (var query in (string[])[many, $"{text}=1", $"bucket={text}", $"limit={text}", $"after={text}"])
        {
            ShouldBeSmall(await Client.GetAsync($"/schedules?{query}"), 400);
            ShouldBeSmall(await Client.SendAsync(HttpMethod.Post, $"/schedules/retry?{query}"), 400);
        }

        ShouldBeSmall(await Client.SendAsync(HttpMethod.Post, $"/sweeps?{many}"), 400);
        ShouldBeSmall(await Client.SendAsync(HttpMethod.Post, $"/sweeps?for={text}"), 400);
        ShouldBeSmall(await Client.GetAsync($"/{text}"), 404);
        ShouldBeSmall(await Client.GetAsync($"/schedules/{text}"), 400);
        ShouldBeSmall(await Client.GetAsync($"/schedules/{text}/content"), 400);
        ShouldBeSmall(await Client.SendAsync(HttpMethod.Put, $"/schedules/{text}"), 405);
    }

    [Fact]
    public async Task Twenty_faults_are_named_and_one_entry_says_how_many_more_there_are()
    {
        var query = string.Join('&', Enumerable.Range(0, 30).Select(i => $"p{i}=1"));
        var errors = (await Client.GetAsync($"/schedules?{query}")).Json.GetProperty("errors");
        var names = errors.EnumerateObject().Select(e => e.Name).ToList();
        names.ShouldBe([.. Enumerable.Range(0, 20).Select(i => $"p{i}"), "…"]);
        errors.GetProperty("…")[0].GetString().ShouldBe("10 more are wrong.");
    }

    [Theory]
    [InlineData("49 and a pair", 49, "😀", false)]
    [InlineData("50", 50, "", true)]
    [InlineData("51", 51, "", false)]
    public async Task A_long_name_is_cut_but_never_inside_a_character(string _, int length, string more, bool whole)
    {
        var name = Repeat("a", length) + more;
        var answer = await Client.GetAsync($"/schedules?{Uri.EscapeDataString(name)}=1");
        var named = answer.Json.GetProperty("errors").EnumerateObject().Single().Name;
        named.ShouldBe(whole ? name : Repeat("a", Math.Min(length, 50)) + "…");
    }

    private static void ShouldBeSmall(Answer answer, int status)
    {
        answer.ShouldBeProblem(status);
        answer.Body.Length.ShouldBeLessThan(MaxBytes);
    }

    /// <param name="bytes">Of UTF-8, at most.</param>
    private static string Repeat(string text, int bytes) =>
        string.Concat(Enumerable.Repeat(text, bytes / Encoding.UTF8.GetByteCount(text)));

    private static Func<string, bool> TakesUpTo(int length)
    {
        var taken = 0;
        return text => (taken += text.Length + 1) <= length;
    }
}
