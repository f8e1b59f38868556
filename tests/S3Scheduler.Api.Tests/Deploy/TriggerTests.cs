using S3Scheduler.Api.Tests.Http;

namespace S3Scheduler.Api.Tests.Deploy;

/// <summary>What the schedule in the template for Lambda sends every minute.</summary>
public sealed class TriggerTests
{
    [Fact]
    public async Task The_trigger_makes_the_app_sweep()
    {
        using var local = new LocalService();
        (await local.Client.PostAsync(Form.To("reports", "a").DueAt(local.Now + TimeSpan.FromHours(1)))).Status.ShouldBe(201);
        local.Time.Advance(TimeSpan.FromHours(2));
        (await local.Client.GetAsync("/health/ready")).Status.ShouldBe(200);

        using var request = Event("minute").ToRequest();
        var answer = await local.Client.SendAsync(request);

        answer.Status.ShouldBe(200, answer.Text);
        answer.Json.GetProperty("outcome").GetString().ShouldBe("swept");
        local.Delivered("reports", "a").ShouldBe("hello"u8.ToArray());
    }

    [Fact]
    public void To_the_second_it_asks_for_a_sweep_that_is_over_before_the_next()
    {
        using var request = Event("second").ToRequest();
        request.Method.ShouldBe(HttpMethod.Post);
        request.RequestUri!.OriginalString.ShouldBe("/sweeps?for=PT50S");
    }

    [Fact]
    public void It_is_sent_every_minute_and_never_again_when_it_is_late()
    {
        var trigger = Template.Load("lambda.yaml").Properties("AWS::Scheduler::Schedule");
        trigger["ScheduleExpression"].ShouldBeText("rate(1 minute)");
        trigger["FlexibleTimeWindow"]!["Mode"].ShouldBeText("OFF");
        trigger["Target"]!["Arn"].ShouldBeText("{Function.Arn}");
        trigger["Target"]!["RetryPolicy"]!["MaximumRetryAttempts"].ShouldBeText("0");
    }

    private static TriggerEvent Event(string precision)
    {
        var trigger = Template.Load("lambda.yaml", ("Precision", precision)).Properties("AWS::Scheduler::Schedule");
        var sent = TriggerEvent.Parse((string)trigger["Target"]!["Input"]!);
        sent.Version.ShouldBe("2.0");
        return sent;
    }
}
