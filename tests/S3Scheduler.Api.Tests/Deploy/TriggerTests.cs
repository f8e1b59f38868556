using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using S3Scheduler.Api.Tests.Http;

namespace S3Scheduler.Api.Tests.Deploy;

/// <summary>The trigger in the template for Lambda, which sends an event every minute.</summary>
public sealed class TriggerTests
{
    [Fact]
    public async Task The_trigger_makes_the_app_sweep()
    {
        using var local = new LocalService(("AllowedHosts", "*")); // as on Lambda
        var form = Form.To("reports", "a").DueAt(local.Now + TimeSpan.FromHours(1));
        (await local.Client.PostAsync(form)).Status.ShouldBe(201);
        local.Time.Advance(TimeSpan.FromHours(2));
        (await local.Client.GetAsync("/health/ready")).Status.ShouldBe(200);

        using var request = Event("minute").ToRequest();
        var answer = await local.Client.SendAsync(request);

        answer.Status.ShouldBe(200, answer.Text);
        answer.Json.GetProperty("outcome").GetString().ShouldBe("swept");
        local.Delivered("reports", "a").ShouldBe("hello"u8.ToArray());
    }

    [Fact]
    public void With_precision_to_the_second_it_asks_for_a_sweep_that_ends_before_the_next_one()
    {
        using var request = Event("second").ToRequest();
        request.Method.ShouldBe(HttpMethod.Post);
        request.RequestUri!.OriginalString.ShouldBe("/sweeps?for=PT50S");
    }

    // As on Lambda, where an exception after the answer makes the invocation fail.
    [Theory]
    [InlineData("trigger", 200, false)]
    [InlineData("trigger", 429, true)]
    [InlineData("trigger", 502, true)]
    [InlineData("trigger", 503, true)]
    [InlineData("abc.execute-api.eu-central-1.amazonaws.com", 503, false)] // its caller reads the answer
    public void A_call_of_the_trigger_that_fails_is_a_failed_invocation(string host, int status, bool fails)
    {
        var call = new DefaultHttpContext();
        call.Request.Host = new HostString(host);
        void Check() => TriggerCalls.ThrowIfFailed(call.Features.GetRequiredFeature<IHttpRequestFeature>(), status);

        if (fails) Should.Throw<InvalidOperationException>(Check).Message.ShouldContain($"{status}");
        else Check();
    }

    [Theory]
    [InlineData("minute"), InlineData("second")]
    public void The_trigger_says_that_it_is_the_trigger(string precision) =>
        Event(precision).Headers!["host"].ShouldBe(TriggerCalls.Host);

    [Fact]
    public void The_trigger_fires_every_minute_and_is_not_repeated_when_it_fails()
    {
        var trigger = Template.Load("lambda.yaml").Properties("AWS::Scheduler::Schedule");
        trigger["ScheduleExpression"].ShouldBeText("rate(1 minute)");
        trigger["FlexibleTimeWindow"]!["Mode"].ShouldBeText("OFF");
        trigger["Target"]!["Arn"].ShouldBeText("{Function.Arn}");
        trigger["Target"]!["RetryPolicy"]!["MaximumRetryAttempts"].ShouldBeText("0");
    }

    /// <summary>What the trigger sends to the function.</summary>
    internal static string Input(string precision)
    {
        var trigger = Template.Load("lambda.yaml", ("Precision", precision)).Properties("AWS::Scheduler::Schedule");
        return (string)trigger["Target"]!["Input"]!;
    }

    private static TriggerEvent Event(string precision)
    {
        var sent = TriggerEvent.Parse(Input(precision));
        sent.Version.ShouldBe("2.0");
        return sent;
    }
}

/// <summary>An event of an HTTP API (payload format 2.0): what the hosting on Lambda reads of it.</summary>
internal sealed record TriggerEvent(
    string Version, string? RawQueryString, IReadOnlyDictionary<string, string>? Headers, string? Body,
    bool IsBase64Encoded, TriggerEvent.Context RequestContext)
{
    public static TriggerEvent Parse(string json) =>
        JsonSerializer.Deserialize<TriggerEvent>(json, JsonSerializerOptions.Web)!;

    /// <summary>The request that the hosting makes of it.</summary>
    public HttpRequestMessage ToRequest()
    {
        var path = RequestContext.Http.Path;
        // The hosting removes a stage at the start of the path.
        var stage = $"/{RequestContext.Stage}";
        if (path.StartsWith($"{stage}/", StringComparison.Ordinal)) path = path[stage.Length..];
        var query = string.IsNullOrEmpty(RawQueryString) ? "" : $"?{RawQueryString}";
        var request = new HttpRequestMessage(new HttpMethod(RequestContext.Http.Method), path + query);
        if (!string.IsNullOrEmpty(Body))
            request.Content = IsBase64Encoded
                ? new ByteArrayContent(Convert.FromBase64String(Body))
                : new StringContent(Body);
        foreach (var (name, value) in Headers ?? new Dictionary<string, string>())
            request.Headers.TryAddWithoutValidation(name, value.Split(',')).ShouldBeTrue(name);
        request.Headers.Host ??= RequestContext.DomainName;
        return request;
    }

    internal sealed record Context(string? DomainName, string Stage, Http Http);

    internal sealed record Http(string Method, string Path);
}
