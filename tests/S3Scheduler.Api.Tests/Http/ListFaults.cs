namespace S3Scheduler.Api.Tests.Http;

public sealed class ListFaults(LocalApi fixture) : IClassFixture<LocalApi>
{
    private Client Client => fixture.Local.Client;

    [Theory]
    [InlineData("from", "yesterday"), InlineData("from", "")]
    [InlineData("from", "2030-01-01T00:00:00+01:00")] // an unescaped + is a space
    [InlineData("to", "10000-01-01T00:00:00Z"), InlineData("bucket", "reports/a"), InlineData("bucket", "")]
    [InlineData("keyPrefix", ""), InlineData("keyPrefix", "/"), InlineData("keyPrefix", "%00")]
    [InlineData("status", "done"), InlineData("limit", "0"), InlineData("limit", "1001"), InlineData("limit", "-1")]
    [InlineData("limit", "+1"), InlineData("limit", "1.0"), InlineData("limit", "99999999999999999999")]
    [InlineData("limit", ""), InlineData("limit", "1&limit=2"), InlineData("after", "")]
    [InlineData("after", "schedules/"), InlineData("code", "NoSuchBucket"), InlineData("code", "")]
    public async Task A_wrong_parameter_is_refused_by_name(string name, string value) =>
        (await Client.GetAsync($"/schedules?{name}={value}")).ShouldBeFaultOf(name);

    [Fact]
    public async Task All_wrong_parameters_are_named_at_once()
    {
        (await Client.GetAsync("/schedules?from=a&to=b&bucket=C&keyPrefix=&status=d&limit=e&after=f"))
            .ShouldBeFaultOf("from", "to", "bucket", "keyPrefix", "status", "limit", "after");
    }

    [Theory]
    [InlineData("GET", "/schedules?prefix=a&limit=1&Key=b", "prefix", "Key")]
    [InlineData("GET", "/schedules?=a", "")]
    [InlineData("POST", "/schedules/retry?bucket=reports&status=failed", "status")]
    [InlineData("POST", "/sweeps?FOR=PT1S&until=PT1S&until=PT2S", "until")]
    public async Task An_unknown_parameter_is_refused_by_name(
        string method, string path, params string[] names) =>
        (await Client.SendAsync(new HttpMethod(method), path)).ShouldBeFaultOf(names)
            .ShouldStartWith("There is no such parameter. ");

    [Theory]
    [InlineData("GET", "/schedules?keyPrefix=a&keyPrefix=b", "keyPrefix")]
    [InlineData("POST", "/schedules/cancel?bucket=&bucket=reports", "bucket")]
    [InlineData("POST", "/schedules/retry?bucket=reports&bucket=photos&after=x&after=y", "bucket", "after")]
    public async Task A_parameter_that_is_given_twice_is_refused_by_name(
        string method, string path, params string[] names) =>
        (await Client.SendAsync(new HttpMethod(method), path)).ShouldBeFaultOf(names).ShouldBe("Give it once.");

    [Fact]
    public async Task A_key_prefix_has_at_most_the_bytes_of_a_key()
    {
        (await Client.GetAsync($"/schedules?keyPrefix={new string('a', 1024)}")).Status.ShouldBe(200);
        (await Client.GetAsync($"/schedules?keyPrefix={new string('a', 1025)}")).ShouldBeFaultOf("keyPrefix")
            .ShouldContain("1024");
    }
}
