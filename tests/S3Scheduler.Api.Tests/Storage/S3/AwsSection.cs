using Microsoft.Extensions.Configuration;

namespace S3Scheduler.Api.Tests.Storage.S3;

internal static class AwsSection
{
    /// <summary>Of settings with the same key, the last one counts.</summary>
    public static IConfiguration Of(params IEnumerable<(string Key, string? Value)> settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Reverse().DistinctBy(setting => setting.Key)
                .Select(setting => KeyValuePair.Create($"AWS:{setting.Key}", setting.Value)))
            .Build();

    /// <summary>The settings of a server other than AWS, and more.</summary>
    public static IConfiguration At(string serviceUrl, params IEnumerable<(string Key, string? Value)> more) =>
        Of([("ServiceURL", serviceUrl), ("ForcePathStyle", "true"), .. more]);
}
