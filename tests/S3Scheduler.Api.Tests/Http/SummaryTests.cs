using System.Text.Json;

namespace S3Scheduler.Api.Tests.Http;

public sealed class SummaryTests : IDisposable
{
    private readonly LocalService _local = new();

    private Client Client => _local.Client;

    public void Dispose() => _local.Dispose();

    [Fact]
    public async Task It_has_the_counts_of_what_the_same_query_lists()
    {
        for (var n = 0; n < 10; n++)
            await Client.PostAsync(Form.To(n < 3 ? "few" : "many", $"{n}").DueAt($"2030-01-01T0{n}:00:00Z"));

        var all = await ReadAsync("");
        all.GetProperty("status").GetString().ShouldBe("pending");
        all.GetProperty("total").GetInt64().ShouldBe(10);
        all.GetProperty("isComplete").GetBoolean().ShouldBeTrue();
        all.GetProperty("from").GetString().ShouldBe("2030-01-01T00:00:00.000Z");
        all.GetProperty("to").GetString().ShouldBe("2030-01-01T09:00:00.000Z");
        all.GetProperty("buckets").ToString()
            .ShouldBe("""[{"bucket":"many","count":7},{"bucket":"few","count":3}]""");
        all.GetProperty("codes").GetArrayLength().ShouldBe(0);

        var bins = await ReadAsync("?from=2030-01-01T00:00Z&to=2030-01-01T04:00Z&bins=2&bucket=few&status=pending");
        bins.GetProperty("bins").ToString().ShouldBe(
            """[{"from":"2030-01-01T00:00:00.000Z","to":"2030-01-01T02:00:00.000Z","count":2},"""
            + """{"from":"2030-01-01T02:00:00.000Z","to":"2030-01-01T04:00:00.000Z","count":1}]""");
        (await ReadAsync("?bins=0")).GetProperty("bins").GetArrayLength().ShouldBe(0);
        (await ReadAsync("?keyPrefix=9")).GetProperty("total").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task Where_there_is_nothing_the_times_are_null_or_those_of_the_query()
    {
        foreach (var status in (string[])["pending", "failed", "delivered"])
        {
            var none = await ReadAsync($"?status={status}");
            none.GetProperty("status").GetString().ShouldBe(status);
            none.GetProperty("total").GetInt64().ShouldBe(0);
            none.GetProperty("from").ValueKind.ShouldBe(JsonValueKind.Null);
            none.GetProperty("to").ValueKind.ShouldBe(JsonValueKind.Null);
            none.GetProperty("bins").GetArrayLength().ShouldBe(0);
            var span = await ReadAsync($"?status={status}&from=2030-01-01T00:00Z&to=2031-01-01T00:00Z");
            span.GetProperty("from").GetString().ShouldBe("2030-01-01T00:00:00.000Z");
            span.GetProperty("bins").GetArrayLength().ShouldBe(60);
        }
    }

    [Fact]
    public async Task A_delivery_is_counted_and_a_failure_by_its_code()
    {
        var hour = TimeSpan.FromHours(1);
        await Client.PostAsync(Form.To("reports", "a/b").DueAt(_local.Now + hour));
        (await _local.SweepAfterAsync(2 * hour)).Delivered.ShouldBe(1);
        await Client.PostAsync(Form.To("reports", "a").DueAt(_local.Now + hour)); // a folder by now
        (await _local.SweepAfterAsync(2 * hour)).Json.GetProperty("failed").GetInt32().ShouldBe(1);

        (await ReadAsync("?status=delivered")).GetProperty("total").GetInt64().ShouldBe(1);
        (await ReadAsync("?status=failed")).GetProperty("codes").ToString()
            .ShouldBe("""[{"bucket":"reports","code":"KeyIsFolder","count":1}]""");
        (await ReadAsync("?status=failed&code=KeyIsFolder")).GetProperty("total").GetInt64().ShouldBe(1);
        (await ReadAsync("?status=failed&code=NoSuchBucket")).GetProperty("total").GetInt64().ShouldBe(0);
        foreach (var (code, count) in ((string, int)[])[("KeyIsFolder", 1), ("NoSuchBucket", 0)])
            (await Client.GetAsync($"/schedules?status=failed&code={code}")).Json.GetProperty("schedules")
                .GetArrayLength().ShouldBe(count);
    }

    [Theory]
    [InlineData("bins=-1", "bins"), InlineData("bins=501", "bins"), InlineData("bins=", "bins")]
    [InlineData("bins=1.5", "bins"), InlineData("bins=%2B1", "bins"), InlineData("bins=1&bins=1", "bins")]
    [InlineData("seconds=0", "seconds"), InlineData("seconds=61", "seconds"), InlineData("seconds=1s", "seconds")]
    [InlineData("status=delivered&seconds=", "seconds")]
    [InlineData("status=all", "status"), InlineData("code=NoSuchBucket", "code")]
    [InlineData("status=delivered&code=NoSuchBucket", "code"), InlineData("status=failed&code=", "code")]
    [InlineData("status=failed&code=a/b", "code"), InlineData("limit=1", "limit"), InlineData("after=x", "after")]
    [InlineData("from=x&to=y&bucket=&keyPrefix=&bins=x", "from", "to", "bucket", "keyPrefix", "bins")]
    [InlineData("status=delivered&from=x&bins=x", "from", "bins")]
    public async Task A_wrong_parameter_is_refused_by_name(string query, params string[] names) =>
        (await Client.GetAsync($"/schedules/summary?{query}")).ShouldBeFaultOf(names);

    [Fact]
    public async Task It_has_a_head() =>
        (await Client.SendAsync(HttpMethod.Head, "/schedules/summary")).Status.ShouldBe(200);

    private async Task<JsonElement> ReadAsync(string query)
    {
        var answer = await Client.GetAsync($"/schedules/summary{query}");
        answer.Status.ShouldBe(200, answer.Text);
        var summary = answer.Json;
        summary.EnumerateObject().Select(p => p.Name)
            .ShouldBe(["status", "total", "isComplete", "from", "to", "bins", "buckets", "codes"]);
        return summary;
    }
}
