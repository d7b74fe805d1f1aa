using Microsoft.Extensions.Logging;

namespace FastOrm.Cache.Patterns;

/// <summary>What write-behind queues and warm-ups say. No keys and no values: they hold personal data.</summary>
internal static partial class PatternLog
{
    [LoggerMessage(
        101, LogLevel.Warning, "A write behind the cache has failed for the {Attempts}th time and is tried again in {Delay}. "
            + "Until then the cache has a value that its source has not. The error says what the source refuses.")]
    public static partial void WriteFailed(ILogger logger, int attempts, TimeSpan delay, Exception? error);

    [LoggerMessage(
        102,
        LogLevel.Error,
        "A value could not be written behind the cache after {Attempts} tries. It goes to OnDeadLetter, and nobody writes it "
            + "after that: let that function keep it for a person, or write it elsewhere. The error says what the source refuses.")]
    public static partial void DeadLettered(ILogger logger, int attempts, Exception? error);

    [LoggerMessage(
        103,
        LogLevel.Critical,
        "The dead-letter callback of a write-behind queue has thrown: the value that it was given is lost. Let OnDeadLetter catch what "
            + "it calls may throw.")]
    public static partial void DeadLetterFailed(ILogger logger, Exception error);

    [LoggerMessage(
        104, LogLevel.Error, "A value that could not be written behind the cache could not be forgotten in the cache: its memory has thrown. "
            + "Readers get it until its time is over: forget it by its key, or clear the cache, when the error is mended.")]
    public static partial void ForgetFailed(ILogger logger, Exception error);

    [LoggerMessage(111, LogLevel.Information, "Cache warm-up {Name}: {Done} of {Total} done, {Failed} failed, after {Elapsed}.")]
    public static partial void WarmupEnded(ILogger logger, string name, int done, int total, int failed, TimeSpan elapsed);

    [LoggerMessage(112, LogLevel.Debug, "Cache warm-up {Name}: {Done} of {Total} done, {Failed} failed, after {Elapsed}.")]
    public static partial void WarmupProgress(ILogger logger, string name, int done, int total, int failed, TimeSpan elapsed);

    [LoggerMessage(
        113,
        LogLevel.Warning,
        "Cache warm-up {Name}: an item has failed; the others go on. What it would have loaded is loaded when it is "
            + "first asked for. The error says why.")]
    public static partial void WarmupItemFailed(ILogger logger, string name, Exception error);

    [LoggerMessage(114, LogLevel.Warning, "The progress callback of the cache warm-ups has thrown. The warm-up goes on; see what "
            + "CacheWarmupOptions.OnProgress does.")]
    public static partial void WarmupProgressFailed(ILogger logger, Exception error);
}
