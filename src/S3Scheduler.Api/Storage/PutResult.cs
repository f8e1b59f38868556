namespace S3Scheduler.Api.Storage;

/// <param name="Stored">False: the condition did not hold, nothing was written.</param>
public readonly record struct PutResult(bool Stored, ServerTime Time);
