using S3Scheduler.Api.Tests.Http;

namespace S3Scheduler.Api.Tests.Examples;

/// <summary>Sends the requests of S3Scheduler.http from the top to the bottom.</summary>
public sealed class HttpFileTests : IDisposable
{
    // The requests that are not answered 200.
    private static readonly Dictionary<string, int> Others = new()
    {
        ["Schedule a delivery"] = 201,
        ["Read some of its content"] = 206,
        ["Cancel"] = 204,
        ["Get a URL to put content straight into the bucket (S3 only: 501 on the local store)"] = 501,
        ["Retry one that failed (404: there is none)"] = 404,
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_call_of_the_service_is_in_it_and_works()
    {
        await using var service = await ServiceProcess.StartAsync(_folder.Path);
        var address = service.Client.BaseAddress!;
        using var client = new Client(address);
        var operations = new HashSet<string>();
        foreach (var request in HttpFile.Read(address.GetLeftPart(UriPartial.Authority)))
        {
            using var message = request.ToMessage();
            var answer = await client.SendAsync(message);
            answer.Status.ShouldBe(Others.GetValueOrDefault(request.Title, 200), $"{request.Title}: {answer.Text}");
            operations.Add($"{request.Method} {Template(message.RequestUri!)}");
        }

        var paths = (await client.GetAsync("/openapi.json")).Json.GetProperty("paths").EnumerateObject();
        var all = paths.SelectMany(path =>
            path.Value.EnumerateObject().Select(o => $"{o.Name.ToUpperInvariant()} {path.Name}"));
        operations.ShouldBe([.. all, "GET /openapi.yaml"], ignoreOrder: true);
    }

    private static string Template(Uri uri)
    {
        var segments = uri.AbsolutePath.Split('/');
        if (segments is ["", "schedules", ['2', ..], ..]) segments[2] = "{key}";
        return string.Join('/', segments);
    }
}
