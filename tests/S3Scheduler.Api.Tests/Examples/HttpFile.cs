using System.Text.RegularExpressions;

namespace S3Scheduler.Api.Tests.Examples;

/// <param name="Title">The words after ###.</param>
internal sealed record HttpFileRequest(
    string Title, string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, string Body);

/// <summary>Reads S3Scheduler.http as editors do: variables, then requests between lines that start with ###.</summary>
internal static partial class HttpFile
{
    private const string Separator = "###";

    /// <param name="service">The address to send to, in place of the one in the file.</param>
    public static IEnumerable<HttpFileRequest> Read(string service)
    {
        var text = File.ReadAllText(Path.Combine(HouseTests.Root, "src", "S3Scheduler.Api", "S3Scheduler.http"));
        var variables = Variable().Matches(text)
            .ToDictionary(m => m.Groups["name"].Value, m => m.Groups["value"].Value);
        variables["service"] = service;
        foreach (var (name, value) in variables)
            text = text.Replace($"{{{{{name}}}}}", value, StringComparison.Ordinal);
        return text.Split($"\n{Separator} ").Skip(1).Select(Parse);
    }

    private static HttpFileRequest Parse(string text)
    {
        var lines = text.TrimEnd().Split('\n');
        var first = Array.FindIndex(lines, 1, line => line.Length > 0);
        var blank = Array.FindIndex(lines, first, line => line.Length == 0);
        var end = blank < 0 ? lines.Length : blank;
        var headers = lines[(first + 1)..end].Select(line => line.Split(": ", 2))
            .Select(header => (header[0], header[1]));
        var body = string.Join("\r\n", lines.Skip(end + 1));
        return new(lines[0], lines[first].Split(' ')[0], lines[first].Split(' ')[1], [.. headers], body);
    }

    public static HttpRequestMessage ToMessage(this HttpFileRequest request)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), request.Target);
        if (request.Body.Length > 0) message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(request.Body));
        foreach (var (name, value) in request.Headers)
            _ = message.Headers.TryAddWithoutValidation(name, value)
                || message.Content!.Headers.TryAddWithoutValidation(name, value);
        return message;
    }

    [GeneratedRegex(@"^@(?<name>\w+) = (?<value>.*)$", RegexOptions.Multiline)]
    private static partial Regex Variable();
}
