using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using S3Scheduler.Api.Http.Security;

namespace S3Scheduler.Api.Tests.Http.Security;

public sealed partial class NewKeyTests
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 32).Select(n => (byte)n)];

    [Fact]
    public async Task The_settings_that_it_prints_let_the_key_in()
    {
        var (code, output, _) = Run("new", "--name", "billing", "--scopes", "schedules:read,sweeps:run",
            "--destinations", "reports/2026,exports");
        code.ShouldBe(0);
        var key = Key().Match(output).Value;
        var environment = Variable().Matches(output)
            .Select(line => (line.Groups[1].Value.Replace("__", ":"), line.Groups[2].Value)).ToList();

        using var local = new LocalService(environment);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/schedules");
        request.Headers.Add(ApiKeyHandler.Header, key);
        (await local.Client.SendAsync(request)).Status.ShouldBe(200);
        (await local.Client.GetAsync("/schedules")).ShouldBeProblem(401);
        output.ShouldNotContain(Convert.ToHexString(Bytes), Case.Insensitive);
    }

    [Fact]
    public void Both_forms_of_the_settings_say_the_same()
    {
        var (_, output, _) = Run(
            "new", "--name", "billing", "--scopes", "schedules:write", "--destinations", "reports");
        var json = output.Split('\n').Single(line => line.StartsWith("  {", StringComparison.Ordinal));
        var written = new ConfigurationBuilder()
            .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes($"{{\"Authentication\":{{\"ApiKeys\":[{json}]}}}}")))
            .Build();
        foreach (Match line in Variable().Matches(output))
            written[line.Groups[1].Value.Replace("__", ":")].ShouldBe(line.Groups[2].Value);
        Variable().Count(output).ShouldBe(4);
    }

    [Theory]
    [InlineData("", "usage: keys new")]
    [InlineData("old", "usage: keys new")]
    [InlineData("new --name", "usage: keys new")]
    [InlineData("new --names a --scopes sweeps:run", "usage: keys new")]
    [InlineData("new --name a/b --scopes sweeps:run", "Authentication:ApiKeys:0:Name")]
    [InlineData("new --name a --scopes sweep", "Authentication:ApiKeys:0:Scopes")]
    [InlineData("new --name a", "Authentication:ApiKeys:0:Scopes")]
    [InlineData("new --name a --scopes sweeps:run --destinations B", "Authentication:ApiKeys:0:Destinations:0")]
    public void A_wrong_command_prints_no_key_and_says_what_is_wrong(string arguments, string says)
    {
        var (code, output, errors) = Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        code.ShouldBe(2);
        output.ShouldBeEmpty();
        errors.ShouldContain(says);
    }

    private static (int Code, string Output, string Errors) Run(params string[] arguments)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var code = NewKey.Run(arguments, count => Bytes[..count], output, errors);
        return (code, output.ToString(), errors.ToString());
    }

    [GeneratedRegex(@"s3s_[A-Za-z0-9_-]{43}(?=\r?\n)")]
    private static partial Regex Key();

    [GeneratedRegex(@"^ +(Authentication__ApiKeys__\S+)=(\S+)\r?$", RegexOptions.Multiline)]
    private static partial Regex Variable();
}
