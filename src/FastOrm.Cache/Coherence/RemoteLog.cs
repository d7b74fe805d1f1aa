using Microsoft.Extensions.Logging;

namespace FastOrm.Cache.Coherence;

/// <summary>What a cache says of the tier that nodes share.</summary>
internal static partial class RemoteLog
{
    // Connecting may take longer than an operation: then nothing else is known yet.
    private const string NoAnswer
        = "It does not answer within the time of an operation (Redis.OperationTimeout). See whether it runs, and whether Redis.Url has its address "
            + "(rediss:// if it has TLS, redis:// if not).";

    /// <summary>What an error of the tier means, and what to do about it.</summary>
    public static string Reason(Exception error) => error is TimeoutException ? NoAnswer : error.Message;

    [LoggerMessage(
        121,
        LogLevel.Warning,
        "The cache {Cache} goes on without the tier that nodes share, which has failed {Failures} times in a row: its own memory and the source "
            + "answer, and the tier is tried again from time to time. {Reason}")]
    public static partial void Trouble(ILogger logger, string cache, int failures, string reason, Exception error);

    [LoggerMessage(122, LogLevel.Information, "The cache {Cache} uses the tier that nodes share again.")]
    public static partial void Recovered(ILogger logger, string cache);
}
