using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace S3Scheduler.Api.Hosting;

/// <summary>Stops the start-up with a message that names the key of each wrong value.</summary>
public sealed partial class SchedulerOptionsValidator : IValidateOptions<SchedulerOptions>
{
    /// <summary>AWS ends the names of directory buckets so.</summary>
    private const string DirectoryBucket = "--x-s3";

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
        Check(!Destination.IsAlias(options.Bucket), nameof(options.Bucket),
            "is the bucket's own name, not an alias: nothing is delivered into its folder under another name");
        Check(!options.Bucket.EndsWith(DirectoryBucket, StringComparison.Ordinal), nameof(options.Bucket),
            "is not a directory bucket, because those do not list keys in order");
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
        Check(options.MaxLateness >= TimeSpan.FromMinutes(1), nameof(options.MaxLateness), "is at least 00:01:00");
        Check(options.ReceiptRetention >= TimeSpan.Zero && options.ReceiptRetention <= TimeSpan.FromDays(3650),
            nameof(options.ReceiptRetention), "is 00:00:00 to 3650.00:00:00");
        Check(options.Concurrency is >= 1 and <= 1000, nameof(options.Concurrency), "is 1 to 1000");
        Check(options.MaxContentBytes is >= 0 and <= SchedulerOptions.MaxObjectBytes, nameof(options.MaxContentBytes),
            $"is 0 to {SchedulerOptions.MaxObjectBytes}");
        Check(options.MaxSpoolBytes >= StreamedContent.Threshold, nameof(options.MaxSpoolBytes),
            $"is at least {StreamedContent.Threshold}");
        Check(options.RequestsPerSecond is >= 1 and <= 1_000_000, nameof(options.RequestsPerSecond),
            "is 1 to 1000000");
        Check(options.CorsOrigins is ["*"] || options.CorsOrigins.All(IsOrigin), nameof(options.CorsOrigins),
            "is a list of origins, each http:// or https:// with a host and perhaps a port, in lower case; or only *");
        Check(PathBase().IsMatch(options.PathBase), nameof(options.PathBase),
            "is a path such as /scheduler, without a slash at its end");
        Check(options.TrustedProxies.All(text => SchedulerOptions.ReadProxy(text) is not null),
            nameof(options.TrustedProxies),
            "is a list of addresses, such as 10.0.0.7, and networks, such as 10.0.0.0/8");
        foreach (var text in options.Destinations)
            if (AllowedDestinations.FaultOf(text ?? "") is { } wrong)
                Check(false, nameof(options.Destinations), $"has '{text}'. {wrong}");
        CheckUploads(options.Uploads, Check);
        return faults.Build();
    }

    private static void CheckUploads(UploadSettings uploads, Action<bool, string, string> check)
    {
        const string section = nameof(SchedulerOptions.Uploads);
        check(uploads.AccessKeyId is null == uploads.SecretAccessKey is null && uploads.AccessKeyId is not "",
            $"{section}:{nameof(uploads.AccessKeyId)}", $"is set together with {nameof(uploads.SecretAccessKey)}");
        check(uploads.SecretAccessKey is not "", $"{section}:{nameof(uploads.SecretAccessKey)}", "is not empty");
        check(uploads.RoleArn is null || RoleArn().IsMatch(uploads.RoleArn) && uploads.AccessKeyId is null,
            $"{section}:{nameof(uploads.RoleArn)}",
            $"is the ARN of a role, and not set together with {nameof(uploads.AccessKeyId)}");
        check(uploads.Url is null || IsOrigin(uploads.Url), $"{section}:{nameof(uploads.Url)}",
            "is an address such as https://s3.example.org, without a path");
    }

    // Only a scheme, a host, and a port that is not the scheme's default, as browsers send it.
    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var origin) && origin.Scheme is "http" or "https"
        && origin.UserInfo.Length == 0 && text == origin.GetLeftPart(UriPartial.Authority);

    [GeneratedRegex(@"\A(/[A-Za-z0-9_.~-]+)*\z")]
    private static partial Regex PathBase();

    [GeneratedRegex(@"\A(?=.{1,128}\z)(?!(.*/)?\.{1,2}(/|\z))/?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*\z")]
    private static partial Regex Folder();

    [GeneratedRegex(@"\Aarn:[a-z-]+:iam::\w*:role/\S+\z")]
    private static partial Regex RoleArn();
}
