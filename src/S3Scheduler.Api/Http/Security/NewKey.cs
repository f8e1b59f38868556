using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace S3Scheduler.Api.Http.Security;

/// <summary>The command <c>keys new</c>: prints a new API key, and the settings that let its holder call.</summary>
public static class NewKey
{
    private const string Usage = """
        usage: keys new --name NAME --scopes SCOPE[,SCOPE...] [--destinations BUCKET[/PREFIX][,...]]
          SCOPE is schedules:read, schedules:write, sweeps:run or metrics:read.
        """;

    /// <summary>Shows readers and scanners of secrets what it is.</summary>
    private const string Prefix = "s3s_";
    private const int KeyBytes = 32;

    /// <param name="random">Makes so many random bytes that nobody can guess.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments, Func<int, byte[]> random, TextWriter output, TextWriter errors)
    {
        if (Read(arguments) is not { } key)
        {
            errors.WriteLine(Usage);
            return 2;
        }

        var text = Prefix + WebEncoders.Base64UrlEncode(random(KeyBytes));
        key.Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)));
        var checkedKey = new AuthenticationSettingsValidator().Validate(null, new() { ApiKeys = [key] });
        if (checkedKey.Failed)
        {
            foreach (var fault in checkedKey.Failures) errors.WriteLine(fault);
            return 2;
        }

        Print(key, text, output);
        return 0;
    }

    private static ApiKeySettings? Read(string[] arguments)
    {
        if (arguments is not ["new", .. var options] || options.Length % 2 != 0) return null;
        var key = new ApiKeySettings();
        foreach (var (name, value) in options.Chunk(2).Select(pair => (pair[0], pair[1])))
        {
            switch (name)
            {
                case "--name": key.Name = value; break;
                case "--scopes": key.Scopes = value.Split(','); break;
                case "--destinations": key.Destinations = value.Split(','); break;
                default: return null;
            }
        }

        return key;
    }

    private static void Print(ApiKeySettings key, string text, TextWriter output)
    {
        var settings = Settings(key).ToList();
        output.WriteLine($"The key. It is shown only now, and kept nowhere:\n\n  {text}\n");
        output.WriteLine("The settings of the service, as environment variables (count up from 0 for more keys):\n");
        foreach (var (name, value) in settings)
            output.WriteLine($"  {AuthenticationSettings.Section}__ApiKeys__0__{name.Replace(":", "__")}={value}");
        output.WriteLine($"\nOr in appsettings.json, in the list {AuthenticationSettings.Section}:ApiKeys:\n");
        // An empty list of destinations is refused.
        object json = key.Destinations is [] ? new { key.Name, key.Sha256, key.Scopes } : key;
        output.WriteLine($"  {JsonSerializer.Serialize(json)}");
    }

    private static IEnumerable<(string Name, string Value)> Settings(ApiKeySettings key)
    {
        yield return (nameof(key.Name), key.Name);
        yield return (nameof(key.Sha256), key.Sha256);
        foreach (var (index, scope) in key.Scopes.Index()) yield return ($"{nameof(key.Scopes)}:{index}", scope);
        foreach (var (index, destination) in key.Destinations.Index())
            yield return ($"{nameof(key.Destinations)}:{index}", destination);
    }
}
