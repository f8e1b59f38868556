using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace S3Scheduler.Api.Tests.Http;

/// <summary>The service as a process of its own.</summary>
public sealed class StartTests : IDisposable
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--Scheduler:Concurrency=0", "Scheduler:Concurrency")]
    [InlineData("--Scheduler:Concurrency=many", "Scheduler:Concurrency")]
    [InlineData("--Scheduler:Storage=Disk", "Scheduler:Storage")]
    [InlineData("--Scheduler:Bucket=B", "Scheduler:Bucket")]
    [InlineData("--Scheduler:Folder=../other", "Scheduler:Folder")]
    [InlineData("--Scheduler:SweepInterval=0", "Scheduler:SweepInterval")]
    [InlineData("--Scheduler:LocalPath=/dev/null/data", "Scheduler:LocalPath")]
    [InlineData("--Scheduler:MaxContentBytes=-1", "Scheduler:MaxContentBytes")]
    [InlineData("--Scheduler:PythonSchedules=maybe", "Scheduler:PythonSchedules")]
    [InlineData("--Scheduler:CorsOrigins:0=example.org", "Scheduler:CorsOrigins")]
    [InlineData("--Scheduler:CorsOrigins=https://example.org", "Scheduler:CorsOrigins")]
    [InlineData("--Scheduler:Destinations:0=s3://reports", "Scheduler:Destinations: has 's3://reports'")]
    [InlineData("--Scheduler:Destinations:0=", "Scheduler:Destinations")]
    [InlineData("--Scheduler:Destinations=reports", "set its first value as Scheduler:Destinations:0")]
    [InlineData("--Scheduler:Concurency=5", "There is no setting Scheduler:Concurency. Did you mean Scheduler:Concurr")]
    [InlineData("--Scheduler_Storage=S3", "no setting Scheduler_Storage. Did you mean Scheduler:Storage")]
    [InlineData("--Scheduler:PathBase=scheduler", "Scheduler:PathBase")]
    [InlineData("--Scheduler:PathBase=/scheduler/", "Scheduler:PathBase")]
    [InlineData("--Scheduler:TrustedProxies:0=proxy", "Scheduler:TrustedProxies")]
    [InlineData("--Scheduler:TrustedProxies=10.0.0.7", "set its first value as Scheduler:TrustedProxies:0")]
    [InlineData("--Scheduler:Uploads:Role=arn:x", "There is no setting Scheduler:Uploads:Role")]
    [InlineData("--Scheduler:Uploads=id", "There is no setting Scheduler:Uploads")]
    [InlineData("--Scheduler:Uploads:AccessKeyId=id", "Scheduler:Uploads:AccessKeyId")]
    [InlineData("--Scheduler:Storage=S3 --AWS:ServiceURL=ftp://here", "AWS:ServiceURL")]
    [InlineData("--urls=nonsense --Authentication:Anonymous=true", "nonsense")]
    public async Task A_wrong_value_stops_the_start_with_one_message_that_names_its_key(string arguments, string says)
    {
        var (code, errors, log) = await RunAsync(arguments);
        code.ShouldBe(1);
        errors.ShouldContain(says);
        errors.TrimEnd().ShouldNotContain('\n', "a stack trace, or more than one message");
        if (!arguments.StartsWith("--urls", StringComparison.Ordinal)) log.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--urls=http://*:0")]
    [InlineData("--urls=http://localhost:0;http://0.0.0.0:0")]
    [InlineData("--http_ports=0")]
    [InlineData("--Kestrel:Endpoints:All:Url=http://[::]:0")]
    public async Task A_service_that_would_be_open_by_accident_does_not_start_and_says_three_ways_on(string arguments)
    {
        var (code, errors, log) = await RunAsync(arguments);
        code.ShouldBe(1);
        foreach (var wayOn in (string[])["Authentication:ApiKeys", "--urls", "Authentication:Anonymous=true"])
            errors.ShouldContain(wayOn);
        errors.ShouldNotContain("   at ");
        log.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--Authentication:Anonimous=true", "Anonimous")]
    [InlineData("--Authentication:ApiKeys:0:Name=a", "Authentication:ApiKeys:0:Sha256")]
    [InlineData("--Authentication:Jwt:Authority=a", "Authentication:Jwt:Authority")]
    public async Task A_wrong_setting_of_authentication_stops_the_start(string arguments, string says)
    {
        var (code, errors, _) = await RunAsync(arguments);
        code.ShouldBe(1);
        errors.ShouldContain(says);
        errors.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_new_key_is_printed_by_the_service_s_own_program()
    {
        using var process = StartProgram("keys new --name me --scopes schedules:read");
        using var patience = Patience();
        var printed = await process.StandardOutput.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        process.ExitCode.ShouldBe(0);
        printed.ShouldContain("Authentication__ApiKeys__0__Name=me");
    }

    [Fact]
    public async Task An_address_in_use_stops_the_start_with_a_message_that_names_it()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        var (code, errors, log) = await RunAsync($"--urls=http://{taken.LocalEndPoint}");
        code.ShouldBe(1);
        errors.ShouldContain($"{taken.LocalEndPoint}");
        (errors + log).ShouldNotContain("   at "); // a stack trace
    }

    [Fact]
    public async Task The_service_listens_at_ASPNETCORE_URLS()
    {
        using var process = Start("", ("ASPNETCORE_URLS", "http://127.0.0.1:0"));
        try
        {
            using var patience = Patience();
            string? line;
            do line = (await process.StandardOutput.ReadLineAsync(patience.Token)).ShouldNotBeNull();
            while (!line.Contains("Now listening on: ", StringComparison.Ordinal));

            using var client = new HttpClient();
            var health = await client.GetStringAsync($"{line.Split("on: ")[1]}/health/ready", patience.Token);
            health.ShouldBe("""{"status":"ready"}""");
            line.ShouldContain("http://127.0.0.1:");
            line.ShouldNotContain(":5080");
        }
        finally
        {
            process.Kill();
        }
    }

    private async Task<(int Code, string Errors, string Log)> RunAsync(string arguments)
    {
        using var process = Start(arguments);
        using var patience = Patience();
        var log = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = await process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, errors, await log);
    }

    private static CancellationTokenSource Patience()
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(Core.Cancellation);
        patience.CancelAfter(Hang);
        return patience;
    }

    private Process Start(string arguments, params (string Name, string Value)[] environment) =>
        StartProgram($"--Scheduler:LocalPath={_folder["data"]} {arguments}", environment);

    private static Process StartProgram(string arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", $"S3Scheduler.Api.dll {arguments}")
        {
            WorkingDirectory = AppContext.BaseDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("ASPNETCORE_URLS");
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start).ShouldNotBeNull();
    }
}
