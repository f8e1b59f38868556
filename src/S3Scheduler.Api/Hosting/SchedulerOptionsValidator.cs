using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace S3Scheduler.Api.Hosting;

/// <summary>Stops the start-up with a message that names the key of each wrong value.</summary>
public sealed partial class SchedulerOptionsValidator : IValidateOptions<SchedulerOptions>
{
    public ValidateOptionsResult Validate(string? name, SchedulerOptions options)
    {
        var faults = new ValidateOptionsResultBuilder();

        void Check(bool holds, string key, string rule)
        {
            if (!holds) faults.AddError(rule, $"{SchedulerOptions.Section}:{key}");
        }

        Check(Enum.IsDefined(options.Storage), nameof(options.Storage), "is Local or S3");
        Check(options.LocalPath.Length > 0, nameof(options.LocalPath), "names a directory");
        if (Destination.FaultOfBucket(options.Bucket) is { } fault) Check(false, nameof(options.Bucket), fault);
        Check(Folder().IsMatch(options.Folder), nameof(options.Folder),
            "has 1 to 128 of A-Z, a-z, 0-9, '-', '_', '.' and '/', no slash at its end or twice in a row, "
            + "and no part that is '.' or '..'");
        Check(options.SweepInterval >= TimeSpan.FromSeconds(1) && options.SweepInterval <= TimeSpan.FromDays(1),
            nameof(options.SweepInterval), "is 00:00:01 to 1.00:00:00");
        Check(options.LeaseDuration >= TimeSpan.FromSeconds(5) && options.LeaseDuration <= TimeSpan.FromHours(1),
            nameof(options.LeaseDuration), "is 00:00:05 to 01:00:00");
        Check(options.SweepBudget is null || options.SweepBudget >= TimeSpan.FromSeconds(1),
            nameof(options.SweepBudget), "is at least 00:00:01");
        Check(options.RetryWindow is null || options.RetryWindow >= TimeSpan.Zero,
            nameof(options.RetryWindow), "is not negative");
        Check(options.Concurrency is >= 1 and <= 1000, nameof(options.Concurrency), "is 1 to 1000");
        Check(options.MaxContentBytes is >= 0 and <= SchedulerOptions.MaxObjectBytes, nameof(options.MaxContentBytes),
            $"is 0 to {SchedulerOptions.MaxObjectBytes}");
        Check(options.MaxSpoolBytes >= StreamedContent.Threshold, nameof(options.MaxSpoolBytes),
            $"is at least {StreamedContent.Threshold}");
        Check(options.RequestsPerSecond is >= 1 and <= 1_000_000, nameof(options.RequestsPerSecond),
            "is 1 to 1000000");
        Check(options.CorsOrigins is ["*"] || options.CorsOrigins.All(IsOrigin), nameof(options.CorsOrigins),
            "is a list of origins, each http:// or https:// with a host and perhaps a port, in lower case; or only *");
        foreach (var text in options.Destinations)
            if (AllowedDestinations.FaultOf(text ?? "") is { } wrong)
                Check(false, nameof(options.Destinations), $"has '{text}'. {wrong}");
        CheckUploads(options.Uploads, Check);
        return faults.Build();
    }

    private static void CheckUploads(UploadCredentials uploads, Action<bool, string, string> check)
    {
        const string section = nameof(SchedulerOptions.Uploads);
        check(uploads.AccessKeyId is null == uploads.SecretAccessKey is null && uploads.AccessKeyId is not "",
            $"{section}:{nameof(uploads.AccessKeyId)}", $"is set together with {nameof(uploads.SecretAccessKey)}");
        check(uploads.SecretAccessKey is not "", $"{section}:{nameof(uploads.SecretAccessKey)}", "is not empty");
        check(uploads.RoleArn is null || RoleArn().IsMatch(uploads.RoleArn) && uploads.AccessKeyId is null,
            $"{section}:{nameof(uploads.RoleArn)}",
            $"is the ARN of a role, and not set together with {nameof(uploads.AccessKeyId)}");
    }

    // Browsers send only a scheme, a host, and a port that is not the scheme's default.
    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var origin) && origin.Scheme is "http" or "https"
        && origin.UserInfo.Length == 0 && text == origin.GetLeftPart(UriPartial.Authority);

    [GeneratedRegex(@"\A(?=.{1,128}\z)(?!(.*/)?\.{1,2}(/|\z))/?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*\z")]
    private static partial Regex Folder();

    [GeneratedRegex(@"\Aarn:[a-z-]+:iam::\w*:role/\S+\z")]
    private static partial Regex RoleArn();
}

/// <summary>Stops the start-up on an unknown setting, such as a misspelt one, instead of ignoring it.</summary>
public sealed class UnknownSettings(IConfiguration configuration) : IValidateOptions<SchedulerOptions>
{
    private static readonly string[] Known = [.. Names(typeof(SchedulerOptions))];

    private static readonly string[] Lists =
        [nameof(SchedulerOptions.CorsOrigins), nameof(SchedulerOptions.Destinations)];

    public ValidateOptionsResult Validate(string? name, SchedulerOptions options)
    {
        var known = Known.Select(name => $"{SchedulerOptions.Section}:{name}");
        var unknown = Written(configuration.GetSection(SchedulerOptions.Section)).Select(setting => setting.Path)
            .Except(known, StringComparer.OrdinalIgnoreCase).ToList();
        // The configuration binder ignores a text where a list is expected.
        var text = Lists.Select(key => configuration.GetSection($"{SchedulerOptions.Section}:{key}"))
            .FirstOrDefault(section => section.Value is { Length: > 0 });
        if (text is not null)
            return ValidateOptionsResult.Fail($"{text.Path} is a list: set its first value as {text.Path}:0.");

        return unknown.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(
            $"There is no setting {string.Join(", ", unknown)}. There are {string.Join(", ", Known)}.");
    }

    // A setting of a group has the name of the group before its own, such as Uploads:RoleArn.
    private static IEnumerable<string> Names(Type settings) => settings.GetProperties()
        .SelectMany(p => IsGroup(p) ? Names(p.PropertyType).Select(name => $"{p.Name}:{name}") : [p.Name]);

    private static bool IsGroup(PropertyInfo setting) => setting.PropertyType == typeof(UploadCredentials);

    private static IEnumerable<IConfigurationSection> Written(IConfigurationSection settings) =>
        settings.GetChildren().SelectMany(s => IsGroup(s) ? s.GetChildren() : [s]);

    // A text where a group is expected is no group, and so unknown.
    private static bool IsGroup(IConfigurationSection setting) => string.IsNullOrEmpty(setting.Value)
        && Known.Any(name => name.StartsWith($"{setting.Key}:", StringComparison.OrdinalIgnoreCase));
}
