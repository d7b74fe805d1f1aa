using Microsoft.Extensions.Logging;

namespace FastOrm.Cache.Diagnostics;

/// <summary>
/// Runs code of the application on which nothing of the cache may depend: handlers, callbacks that are told of something, loggers, what is
/// registered with a token. What it throws ends neither a worker nor a timer nor whoever is looked at.
/// </summary>
internal static class Quietly
{
    public static void Run<TState>(Action<TState> action, TState state)
    {
        try
        {
            action(state);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // There is nobody to tell: this is what tells.
        }
    }

    /// <summary>Cancels, whatever the callbacks throw that are registered with the token.</summary>
    public static void Cancel(CancellationTokenSource source) => Run(static source => source.Cancel(), source);

    /// <summary>A logger of the application that may throw.</summary>
    public static ILogger Logging(ILogger logger) => new QuietLogger(logger);

    private sealed class QuietLogger(ILogger logger) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel)
        {
            try
            {
                return logger.IsEnabled(logLevel);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                return false;
            }
        }

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => Run(
                static call => call.logger.Log(call.logLevel, call.eventId, call.state, call.exception, call.formatter),
                (logger, logLevel, eventId, state, exception, formatter));
    }
}
