namespace S3Scheduler.Api.Http.Console;

/// <summary>What the page may load: its own files and this service's answers, and nothing from elsewhere.</summary>
internal static class ConsolePolicy
{
    /// <param name="others">URLs that the page's scripts may call besides; null: none.</param>
    public static string Of(params IEnumerable<Uri?> others)
    {
        var origins = others.OfType<Uri>().Select(url => $" {url.GetLeftPart(UriPartial.Authority)}").Distinct();
        // Previews of images are blobs.
        return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
            + $"connect-src 'self'{string.Concat(origins)}; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'";
    }
}
