namespace S3Scheduler.Api.Storage;

/// <summary>The service cannot start as configured. The message says which setting is wrong and what to do.</summary>
public sealed class StartupException(string message, Exception? inner = null) : Exception(message, inner);
