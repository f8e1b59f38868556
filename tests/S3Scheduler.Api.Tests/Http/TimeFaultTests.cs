namespace S3Scheduler.Api.Tests.Http;

/// <summary>Times and delays that are written wrong: the answer says what was read, and how to write it.</summary>
public sealed class TimeFaultTests(LocalApi fixture) : IClassFixture<LocalApi>
{
    private Client Client => fixture.Local.Client;

    public static TheoryData<string, string> Times => new()
    {
        { "2031-02-01", "is a date without a time of day. For midnight in UTC write 2031-02-01T00:00:00Z." },
        { "01/02/2031", "can be two days. Write 2031-01-02T00:00:00Z or 2031-02-01T00:00:00Z, or with another" },
        { "1.2.2031 10:00", "can be two days. Write 2031-01-02T00:00:00Z or 2031-02-01T00:00:00Z, or with another" },
        { "13/02/2031", "does not begin with the year. Write 2031-02-13T00:00:00Z." },
        { "02-13-2031 10:30:00", "does not begin with the year. Write 2031-02-13 10:30:00." },
        { "03/03/2031", "does not begin with the year. Write 2031-03-03T00:00:00Z." },
        { "2031/02/01 10:30", "is not written as yyyy-MM-ddTHH:mm:ss. Write 2031-02-01T10:30." },
        { "2031-2-1T9:05:00Z", "is not written as yyyy-MM-ddTHH:mm:ss. Write 2031-02-01T09:05:00Z." },
        { "20310201T103000Z", "has no hyphens and colons. Write 2031-02-01T10:30:00Z." },
        { "20310201", "has no hyphens and colons. Write 2031-02-01T00:00:00Z." },
        { "2031-02-01T10", "has no minutes. Write 2031-02-01T10:00." },
        { "2031-02-01T10:30:00+0100", "an offset that is not written as +hh:mm. Write 2031-02-01T10:30:00+01:00." },
        { "2031-02-01T10:30:00.5-03", "an offset that is not written as +hh:mm. Write 2031-02-01T10:30:00.5-03:00." },
        { "2031-02-01T10:30:00 +1:00", "an offset that is not written as +hh:mm. Write 2031-02-01T10:30:00+01:00." },
        { "2031-02-01T10:30:00−01:00", "an offset that is not written as +hh:mm. Write 2031-02-01T10:30:00-01:00." },
        { "2031-02-01T10:30:00 01:00", "in a URL it is %2B). Write 2031-02-01T10:30:00+01:00." },
        { "2031-02-01 10:30:00 UTC", "has the name of a time zone. Write 2031-02-01 10:30:00Z." },
        { "2031-02-01T10:30+01:00[Europe/Berlin]", "the name of a time zone. Write 2031-02-01T10:30+01:00." },
        { "2031-02-01T10:30:00,5Z", "has a comma before the fraction. Write 2031-02-01T10:30:00.5Z." },
        { " 2031-02-01T10:30:00Z", "has a space at an end. Write 2031-02-01T10:30:00Z." },
        { "2031-12-31T24:00:00Z", "has the hour 24. Write 2032-01-01T00:00:00Z." },
        { "Sat, 01 Feb 2031 10:30:00 GMT", "is a date of HTTP. Write 2031-02-01T10:30:00.000Z." },
        { "1927967400", "is a number. If it is the seconds since 1970, write 2031-02-04T10:30:00.000Z." },
        { "1927967400123", "is a number. If it is the milliseconds since 1970, write 2031-02-04T10:30:00.123Z." },
        { "1927967400.25", "is a number. If it is the seconds since 1970, write 2031-02-04T10:30:00.250Z." },
        { "1927967400123456789", "is a number. If it is the nanoseconds since 1970, write 2031-02-04T10:30:00.124Z." },
        { "PT10M", "is a duration, not a time. A time is RFC 3339" },
        { "2031-02-30T00:00:00Z", "has a part that does not exist, or is not in the years 1 to 9999. A time is RFC" },
        { "02/30/2031", "is not a time. A time is RFC 3339" }, { "soon", "is not a time. A time is RFC 3339" },
        { "32/13/2031", "is not a time. A time is RFC 3339" }, { "2031", "is not a time. A time is RFC 3339" },
    };

    [Theory, MemberData(nameof(Times))]
    public async Task A_wrong_time_is_told_how_it_is_written(string dueAt, string says)
    {
        var posted = await Client.PostAsync(Form.To("reports", "a").DueAt(dueAt));
        posted.ShouldBeFaultOf("dueAt").ShouldStartWith($"'{dueAt}' ");
        posted.ShouldBeFaultOf("dueAt").ShouldContain(says);
    }

    public static TheoryData<string, string> Delays => new()
    {
        { "10m", "is not ISO 8601. Write PT10M." }, { "1h30m", "is not ISO 8601. Write PT1H30M." },
        { "1.5h", "is not ISO 8601. Write PT1H30M." }, { "10 minutes", "is not ISO 8601. Write PT10M." },
        { "2 days 3 hrs", "is not ISO 8601. Write P2DT3H." }, { "500ms", "is not ISO 8601. Write PT0.5S." },
        { "pt10m", "is not ISO 8601. Write PT10M." }, { "PT0,5S", "is not ISO 8601. Write PT0.5S." },
        { "PT1.5M", "is not ISO 8601. Write PT1M30S." }, { "P1W2D", "is not ISO 8601. Write P9D." },
        { "00:10:00", "is not ISO 8601. Write PT10M." }, { "600", "has no unit. If these are seconds, write PT600S." },
        { "P1M", "is in months, and their length differs. Write days, such as P30D, or PT1M if these are minutes." },
        { "P1Y", "has years or months, and their length differs. Write days" }, { "-PT1S", "is negative." },
        { "2031-02-01T00:00:00Z", "is a time, not a duration." }, { "PT", "is not a duration, or is too long." },
        { "P9999999D", "is not a duration, or is too long." }, { "99999999d", "is not a duration, or is too long." },
        { "in a while", "is not a duration, or is too long. A delay is an ISO 8601 duration" },
    };

    [Theory, MemberData(nameof(Delays))]
    public async Task A_wrong_delay_is_told_how_it_is_written(string delay, string says)
    {
        var posted = await Client.PostAsync(Form.To("reports", "a").With("delay", delay));
        posted.ShouldBeFaultOf("delay").ShouldStartWith($"'{delay}' ");
        posted.ShouldBeFaultOf("delay").ShouldContain(says);
    }

    [Fact]
    public async Task Every_other_time_and_duration_of_the_API_is_told_so_too()
    {
        const string Right = "Write 2031-02-01T10:30:00+01:00.";
        var path = Client.PathOf("2030-01-01T00:00:00.000Z|reports|a");
        (await Client.PatchAsync(path, """{"dueAt":"2031-02-01T10:30:00+0100"}""")).ShouldBeFaultOf("dueAt")
            .ShouldContain(Right);
        (await Client.GetAsync("/schedules?from=2031-02-01T10:30:00+01:00")).ShouldBeFaultOf("from")
            .ShouldContain(Right);
        (await Client.GetAsync("/schedules?to=2031-02-01T10:30:00%2B0100")).ShouldBeFaultOf("to").ShouldContain(Right);
        (await Client.SendAsync(HttpMethod.Post, "/sweeps?for=50s")).ShouldBeFaultOf("for").ShouldContain("PT50S.");
        (await Client.SendAsync(HttpMethod.Post, "/sweeps?for=PT16M")).ShouldBeFaultOf("for").ShouldContain("PT15M");
    }

    [Fact]
    public async Task A_number_in_JSON_is_told_how_a_time_and_a_delay_are_written()
    {
        var path = Client.PathOf("2030-01-01T00:00:00.000Z|reports|a");
        (await Client.PatchAsync(path, """{"dueAt":1927967400}""")).ShouldBeFaultOf("dueAt")
            .ShouldContain("write 2031-02-04T10:30:00.000Z");
        const string To = "\"bucket\":\"reports\",\"key\":\"a\"";
        (await Client.PostJsonAsync("/schedules/uploads", $"{{{To},\"dueAt\":1927967400000}}"))
            .ShouldBeFaultOf("dueAt").ShouldContain("write 2031-02-04T10:30:00.000Z");
        (await Client.PostJsonAsync("/schedules/uploads", $"{{{To},\"delay\":600}}"))
            .ShouldBeFaultOf("delay").ShouldContain("write PT600S");
    }
}
