namespace S3Scheduler.Api.Tests.Http;

public abstract partial class ScheduleApi
{
    private static readonly string[] OddKeys =
    [
        "a/b/c.txt", "50%.txt", "a%2Fb", "%2f", "a+b", "a b c", " leading and trailing ", "😀/ümläut/日本", "~~", "~", "a~~b/~7E",
        "..", "../up", "a/../b", "a//b", "trailing/", "a|b", "?query=1&x", "#fragment", "a\\b", "\"<>'`{}", "a;b,c:d@e$f=g", ".hidden",
        "tab\tline\nend\r", "%00", "%", "a%zz", "*", "[x]", "e\u0301",
    ];

    [Fact]
    public async Task Any_key_is_posted_read_listed_and_cancelled_under_its_own_name()
    {
        var client = (await fixture.StartAsync()).Client;
        var (from, to) = (fixture.Tomorrow.AddYears(1), fixture.Tomorrow.AddYears(2));
        var window = $"from={from.UtcDateTime:O}&to={to.UtcDateTime:O}";
        var schedules = new Dictionary<string, Answer>();
        foreach (var key in OddKeys)
        {
            var posted = schedules[key] = await client.PostAsync(Form.To(fixture.Bucket, key).DueAt(from).With("content", key));
            posted.Status.ShouldBe(201, posted.Text);
            var read = await client.GetAsync(posted.Location);
            read.Status.ShouldBe(200, posted.Location);
            read.Json.GetProperty("destination").GetProperty("key").GetString().ShouldBe(key);
            read.Key.ShouldBe(posted.Key);
            (await client.GetAsync($"{posted.Location}/content")).Text.ShouldBe(key);
        }

        var all = KeysOf(await client.PagesAsync(window)).ToList();
        all.Order(StringComparer.Ordinal).ShouldBe(schedules.Values.Select(s => s.Key).Order(StringComparer.Ordinal));
        KeysOf(await client.PagesAsync($"{window}&limit=4")).ShouldBe(all);

        foreach (var (key, posted) in schedules) (await client.DeleteAsync(posted.Location)).Status.ShouldBe(204, key);
        KeysOf(await client.PagesAsync(window)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Any_key_is_delivered_to_exactly_that_key()
    {
        var client = (await fixture.StartAsync()).Client;
        // A local store can't hold a key that is also a folder of another.
        var keys = OddKeys.Select((key, i) => $"odd-{i}/{key}").Concat(["/one-slash-is-dropped"]).ToList();
        var posted = new List<Answer>();
        foreach (var key in keys) posted.Add(await client.PostAsync(Soon(key).With("content", key)));

        await DeliverAsync(posted);
        foreach (var key in keys)
            System.Text.Encoding.UTF8.GetString((await ArrivedAsync(key.TrimStart('/'))).Content).ShouldBe(key);
    }
}
