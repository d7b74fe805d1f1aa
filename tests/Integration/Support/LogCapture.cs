using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>Keeps what is logged through it.</summary>
internal sealed class LogCapture : ILoggerFactory, ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, EventId Id, string Message)> _messages = new();

    /// <summary>All warnings and errors.</summary>
    public List<string> Warnings => [.. _messages.Where(static m => m.Level >= LogLevel.Warning).Select(static m => m.Message)];

    /// <summary>The warnings and errors of this library.</summary>
    public List<string> OfFastOrm
        => [.. _messages
            .Where(static m => m.Level >= LogLevel.Warning && m.Id.Name?.StartsWith("FastOrm.", StringComparison.Ordinal) == true)
            .Select(static m => m.Message)];

    /// <summary>The messages of the event.</summary>
    public List<string> Of(EventId id) => [.. _messages.Where(message => message.Id == id).Select(static message => message.Message)];

    public void Clear() => _messages.Clear();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => _messages.Enqueue((logLevel, eventId, formatter(state, exception)));

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public void Dispose()
    {
    }
}
