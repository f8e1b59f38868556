using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace S3Scheduler.Api.Tests.Support;

/// <summary>Keeps all log messages.</summary>
public sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(string Name, string Text)> _lines = [];

    /// <summary>The names of the messages, in their order.</summary>
    public IReadOnlyList<string> Names => [.. _lines.Select(l => l.Name)];

    public IReadOnlyList<string> Texts => [.. _lines.Select(l => l.Text)];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((eventId.Name ?? "", formatter(state, exception)));

    public void Dispose() { }
}
