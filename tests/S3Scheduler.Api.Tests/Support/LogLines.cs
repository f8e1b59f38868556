using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace S3Scheduler.Api.Tests.Support;

/// <summary>Keeps all log messages.</summary>
public sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<Line> _lines = [];

    /// <summary>The names of the messages, in their order.</summary>
    public IReadOnlyList<string> Names => [.. _lines.Select(l => l.Name)];

    public IReadOnlyList<string> Texts => [.. _lines.Select(l => l.Text)];

    /// <summary>The names of the messages of at least that level.</summary>
    public IReadOnlyList<string> From(LogLevel level) => [.. _lines.Where(l => l.Level >= level).Select(l => l.Name)];

    /// <summary>What the messages of that name say, by the names of their fields.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, object?>> Fields(string name) =>
        [.. _lines.Where(l => l.Name == name).Select(l => l.Fields)];

    public void Clear() => _lines.Clear();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        var fields = (state as IEnumerable<KeyValuePair<string, object?>>)?.ToDictionary() ?? [];
        _lines.Enqueue(new Line(logLevel, eventId.Name ?? "", formatter(state, exception), fields));
    }

    public void Dispose() { }

    private sealed record Line(LogLevel Level, string Name, string Text, IReadOnlyDictionary<string, object?> Fields);
}
