using Microsoft.Extensions.Logging;

namespace FastOrm.Cache.Tests.Unit.Support;

/// <summary>A logger that throws whenever it is asked or told anything, and counts how often that was.</summary>
internal sealed class ThrowingLogger(bool isAsked = false) : ILoggerFactory, ILogger, ILoggerProvider
{
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => throw new InvalidDataException();

    public bool IsEnabled(LogLevel logLevel) => !isAsked || Throw();

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => Throw();

    public void Dispose()
    {
    }

    private bool Throw()
    {
        Interlocked.Increment(ref _calls);
        throw new InvalidDataException();
    }
}
