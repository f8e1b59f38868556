using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace S3Scheduler.Api.Tests.Support;

/// <summary>Keeps all log messages.</summary>
/// <param name="time">What their times are by.</param>
public sealed class LogLines(TimeProvider? time = null) : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<Line> _lines = [];

    /// <summary>The names of the messages, in their order.</summary>
    public IReadOnlyList<string> Names => [.. _lines.Select(l => l.Name)];

    public IReadOnlyList<string> Texts => [.. _lines.Select(l => l.Text)];

    /// <summary>The names of the messages of at least that level.</summary>
    public IReadOnlyList<string> From(LogLevel level) => [.. _lines.Where(l => l.Level >= level).Select(l => l.Name)];

    /// <summary>When the messages of at least that level were written.</summary>
    public IReadOnlyList<(DateTimeOffset At, string Name, string Text)> Since(LogLevel level) =>
        [.. _lines.Where(l => l.Level >= level).Select(l => (l.At, l.Name, l.Text))];

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
        var at = (time ?? TimeProvider.System).GetUtcNow();
        var text = formatter(state, exception) + (exception is null ? "" : $" {exception}");
        _lines.Enqueue(new Line(at, logLevel, eventId.Name ?? "", text, fields));
    }

    public void Dispose() { }

    private sealed record Line(
        DateTimeOffset At, LogLevel Level, string Name, string Text, IReadOnlyDictionary<string, object?> Fields);
}
