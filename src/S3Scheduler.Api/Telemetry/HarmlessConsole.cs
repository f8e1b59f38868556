using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace S3Scheduler.Api.Telemetry;

public static class HarmlessConsole
{
    /// <summary>
    /// Makes every line of the console's text formats harmless, whoever logs it. Call it after all other settings of
    /// the console. JSON is left alone: it escapes by itself.
    /// </summary>
    public static void EscapeControlCharacters(this ILoggingBuilder logging)
    {
        var services = logging.Services;
        for (var i = 0; i < services.Count; i++)
        {
            if (services[i].ServiceType == typeof(ConsoleFormatter) && services[i].ImplementationType is { } type)
                services[i] = ServiceDescriptor.Singleton(provider =>
                    Wrap((ConsoleFormatter)ActivatorUtilities.CreateInstance(provider, type)));
        }
    }

    private static ConsoleFormatter Wrap(ConsoleFormatter formatter) =>
        formatter.Name == ConsoleFormatterNames.Json ? formatter : new HarmlessFormatter(formatter);
}

/// <summary>Hands over only harmless text, so what the inner formatter adds (colours, line breaks) stays.</summary>
internal sealed class HarmlessFormatter(ConsoleFormatter inner) : ConsoleFormatter(inner.Name), IDisposable
{
    public override void Write<TState>(
        in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = HarmlessText.Of(logEntry.Formatter(logEntry.State, logEntry.Exception) ?? "");
        if (logEntry.Exception is { } exception)
            message += $"{Environment.NewLine}{HarmlessText.Of(exception)}";
        var harmless = new LogEntry<string>(
            logEntry.LogLevel, logEntry.Category, logEntry.EventId, message, null, (text, _) => text);
        inner.Write(harmless, scopeProvider is null ? null : new HarmlessScopes(scopeProvider), textWriter);
    }

    public void Dispose() => (inner as IDisposable)?.Dispose();
}

/// <summary>The scopes of a line, such as the path of its request, as harmless text.</summary>
internal sealed class HarmlessScopes(IExternalScopeProvider inner) : IExternalScopeProvider
{
    public void ForEachScope<TState>(Action<object?, TState> callback, TState state) => inner.ForEachScope(
        (scope, given) => callback(HarmlessText.Of(scope?.ToString() ?? ""), given), state);

    public IDisposable Push(object? state) => inner.Push(state);
}
