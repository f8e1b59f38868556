using S3Scheduler.Api.Telemetry;

namespace S3Scheduler.Api.Tests.Hosting;

public sealed class CommandLineTests : EndToEndTest
{
    [Fact]
    public async Task The_version_alone_is_printed_and_nothing_is_stored()
    {
        (await ServiceProcess.RunCommandAsync(Folder.Path, "--version")).ShouldBe((0, ServiceVersion.Text + "\n"));
        Directory.EnumerateFileSystemEntries(Folder.Path).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--help"), InlineData("-h")]
    public void The_help_names_each_command_and_where_settings_come_from(string argument)
    {
        var (exitCode, output, errors) = Answer(argument);

        (exitCode, errors).ShouldBe((0, ""));
        foreach (var part in new[] { "keys new", "--version", "--Scheduler:Bucket", "Scheduler__Bucket", "5080" })
            output.ShouldContain(part);
    }

    [Theory]
    [InlineData("run"), InlineData("--verison"), InlineData("-v"), InlineData("--version", "--help")]
    [InlineData("--Scheduler:Bucket=a", "b"), InlineData("--urls"), InlineData("--urls", "--Scheduler:Bucket=a")]
    public void What_is_no_command_and_no_setting_starts_nothing(params string[] arguments)
    {
        var (exitCode, output, errors) = Answer(arguments);

        (exitCode, output).ShouldBe((2, ""));
        errors.ShouldContain($"'{arguments.First(a => a is not "--Scheduler:Bucket=a")}'");
        errors.ShouldContain("--help");
    }

    [Theory]
    [InlineData]
    [InlineData("--Scheduler:Bucket=a", "--urls=http://127.0.0.1:1")]
    [InlineData("--urls", "http://127.0.0.1:1", "--Scheduler:Bucket", "a")]
    [InlineData("/Scheduler:Bucket=a", "Scheduler:Bucket=b")]
    public void Settings_start_the_service(params string[] arguments) =>
        Answer(arguments).ShouldBe((null, "", ""));

    private static (int? ExitCode, string Output, string Errors) Answer(params string[] arguments)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        return (CommandLine.Answer(arguments, output, errors), output.ToString(), errors.ToString());
    }
}
