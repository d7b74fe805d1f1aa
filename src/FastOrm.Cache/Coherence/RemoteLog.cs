using Microsoft.Extensions.Logging;

namespace FastOrm.Cache.Coherence;

/// <summary>What a cache says of the tier that nodes share.</summary>
internal static partial class RemoteLog
{
    [LoggerMessage(
        121,
        LogLevel.Warning,
        "The cache {Cache} goes on without the tier that nodes share, which has failed {Failures} times in a row: its own memory and the source "
            + "answer, and the tier is tried again from time to time. {Reason}")]
    public static partial void Trouble(ILogger logger, string cache, int failures, string reason, Exception error);

    [LoggerMessage(122, LogLevel.Information, "The cache {Cache} uses the tier that nodes share again.")]
    public static partial void Recovered(ILogger logger, string cache);
}
