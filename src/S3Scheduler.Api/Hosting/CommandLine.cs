namespace S3Scheduler.Api.Hosting;

/// <summary>What the command line asks for besides a start, and what it can't mean.</summary>
public static class CommandLine
{
    private const string Help = """
        S3 Scheduler stores content in a bucket, and delivers it to its destination when it is due.

        usage: dotnet S3Scheduler.Api.dll [--SETTING=VALUE ...]   run the service
               dotnet S3Scheduler.Api.dll keys new ...            make an API key; alone, it says how
               dotnet S3Scheduler.Api.dll --version               print the version
               dotnet S3Scheduler.Api.dll --help                  print this text

        A setting comes from the command line (--Scheduler:Bucket=NAME), else from an environment variable
        (Scheduler__Bucket=NAME), else from appsettings.json. README.md and docs/operations.md list all settings.
        Without any, the service keeps its buckets in the folder data, and listens on http://localhost:5080.
        """;

    /// <returns>The exit code; null: the service is to be started.</returns>
    public static int? Answer(string[] arguments, TextWriter output, TextWriter errors)
    {
        switch (arguments)
        {
            case ["--version"]:
                output.WriteLine(ServiceVersion.Text);
                return 0;
            case ["--help" or "-h"]:
                output.WriteLine(Help);
                return 0;
        }

        if (Unknown(arguments) is not { } unknown) return null;
        errors.WriteLine($"'{unknown}' is no command, and no setting with a value. --help says what there is.");
        return 2;
    }

    // The configuration takes --NAME VALUE, too, and would pass over whatever it can't read.
    private static string? Unknown(string[] arguments)
    {
        for (var at = 0; at < arguments.Length; at++)
        {
            if (arguments[at].Contains('=')) continue;
            if (!IsOption(arguments[at]) || at + 1 == arguments.Length || IsOption(arguments[at + 1]))
                return arguments[at];
            at++;
        }

        return null;

        static bool IsOption(string argument) => argument.StartsWith("--", StringComparison.Ordinal);
    }
}
