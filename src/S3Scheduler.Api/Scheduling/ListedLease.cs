using S3Scheduler.Api.Storage;

namespace S3Scheduler.Api.Scheduling;

/// <summary>A sweep lease as a LIST shows it.</summary>
public sealed record ListedLease(long Number, ListedObject Listed);
