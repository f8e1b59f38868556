namespace S3Scheduler.Api.Storage;

/// <summary>A PUT that needs no credentials.</summary>
/// <param name="Headers">All that are to be sent along, as they are.</param>
public sealed record PresignedPut(string Url, IReadOnlyDictionary<string, string> Headers);
