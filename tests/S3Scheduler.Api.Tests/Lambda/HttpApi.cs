using System.Text.Json.Nodes;
using S3Scheduler.Api.Tests.Http;

namespace S3Scheduler.Api.Tests.Lambda;

/// <summary>An HTTP API of API Gateway in front of the function.</summary>
internal sealed class HttpApi(RuntimeApi runtime)
{
    private const string Host = "abc.execute-api.eu-central-1.amazonaws.com";

    public async Task<Answer> PostAsync(Form form)
    {
        var call = Event("POST", "/schedules");
        call["headers"]!["content-type"] = $"multipart/form-data; boundary={Form.Boundary}";
        return await SendAsync(call, form.ToBytes());
    }

    public async Task<Answer> PostJsonAsync(string path, string json)
    {
        var call = Event("POST", path);
        call["headers"]!["content-type"] = "application/json";
        return await SendAsync(call, Encoding.UTF8.GetBytes(json));
    }

    public async Task<Answer> SendAsync(string method, string path, params (string Name, string Value)[] headers)
    {
        var call = Event(method, path);
        foreach (var (name, value) in headers) call["headers"]![name] = value;
        return await SendAsync(call);
    }

    private async Task<Answer> SendAsync(JsonObject call, byte[]? body = null)
    {
        if (body is not null) (call["body"], call["isBase64Encoded"]) = (Convert.ToBase64String(body), true);
        var invocation = await runtime.InvokeAsync(call);
        return invocation.Answer.ShouldNotBeNull(invocation.Error);
    }

    // It hands the path on decoded, and cut at a '?' that was decoded.
    private static JsonObject Event(string method, string target)
    {
        var (path, query) = target.Split('?') is [var before, var after] ? (before, after) : (target, "");
        var handedOn = Uri.UnescapeDataString(path).Split('?')[0];
        return new JsonObject
        {
            ["version"] = "2.0",
            ["rawPath"] = handedOn,
            ["rawQueryString"] = query,
            ["headers"] = new JsonObject { ["host"] = Host },
            ["requestContext"] = new JsonObject
            {
                ["domainName"] = Host,
                ["stage"] = "$default",
                ["http"] = new JsonObject { ["method"] = method, ["path"] = handedOn, ["sourceIp"] = "192.0.2.1" },
            },
            ["isBase64Encoded"] = false,
        };
    }
}
