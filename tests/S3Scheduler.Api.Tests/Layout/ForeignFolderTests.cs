namespace S3Scheduler.Api.Tests.Layout;

/// <summary>Deliveries into the folder of another service, of which this service does not know.</summary>
public sealed class ForeignFolderTests
{
    private const string Due = "2030-05-05T00:00:00.000Z";

    public static TheoryData<string> Own =>
    [
        $"{Due}|reports|x",
        $"{Due}|reports|x?y#z;",
        $"{Due}|reports|x~3Fy",
        $".failed/{Due}|reports|x|NoSuchBucket",
        $".failed/.marks/{Due}/reports|x|",
        ".sweep/999999999998",
        ".sweep/000000000000",
        ".probe",
        ".probe-0123456789abcdef",
        ".staging/0123456789abcdef0123456789abcdef",
        $".claims/{new string('a', 64)}-0001",
        "|2030-05-05%2000%3A00%3A00|reports|x",
        "|2030-05-05%2000%3A00%3A00|reports|",
    ];

    [Theory]
    [MemberData(nameof(Own))]
    public void What_the_service_itself_would_read_as_its_own_is_no_destination_in_any_folder_of_any_bucket(string name)
    {
        foreach (var folder in new[] { "tenantb", "a/b/c", "/tenantb", "jobs.v2" })
            foreach (var bucket in new[] { "scheduler", "reports" })
            {
                var fault = Folder("*", "scheduler").FaultOf(new Destination(bucket, $"{folder}/{name}"));

                fault.ShouldNotBeNull($"{bucket}/{folder}/{name}").Field.ShouldBe("key");
                fault.Text.ShouldContain("folder of a scheduler");
            }
    }

    [Theory]
    [InlineData($"{Due}|reports|x")] // in no folder
    [InlineData("tenantb/2030-05-05T00:00:00Z|reports|x")] // not canonical
    [InlineData($"tenantb/{Due}|reports")]
    [InlineData($"tenantb/{Due}/reports/x")]
    [InlineData($"tenantb/{Due}.json")]
    [InlineData("tenantb/.failed/x.json")]
    [InlineData("tenantb/.failed/.marks/x")]
    [InlineData("tenantb/.staging/report.csv")]
    [InlineData("tenantb/.sweep/1")]
    [InlineData("tenantb/.claims/2030-0001")]
    [InlineData("tenantb/.sweep/x")]
    [InlineData("tenantb/|x|y|z")]
    [InlineData("a|b|c/d|e|f")]
    public void Other_keys_are_destinations(string key) =>
        Folder("*", "scheduler").FaultOf(new Destination("scheduler", key)).ShouldBeNull();

    [Fact]
    public void A_service_that_may_deliver_nowhere_else_is_told_that_first() =>
        Folder("reports").FaultOf(new Destination("others", $"tenantb/{Due}|reports|x"))!.Text
            .ShouldContain("delivers only to");

    private static ScheduleFolder Folder(params string[] destinations) =>
        new("scheduler", "schedules", new AllowedDestinations(destinations));
}
