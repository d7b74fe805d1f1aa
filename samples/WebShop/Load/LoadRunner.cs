using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace WebShop.Load;

/// <summary>
/// Runs the load in the background, one run at a time, and ends it when the shop stops. Not in the request that asks for it: what holds
/// for that visitor, such as having switched the cache off, would hold for every shopper.
/// </summary>
public sealed partial class LoadRunner(
    IServiceScopeFactory scopes, LoadBoard board, IOptions<LoadOptions> options, TimeProvider time, ILogger<LoadRunner> logger)
    : BackgroundService
{
    private readonly Channel<bool> _orders = Channel.CreateBounded<bool>(1);
    private int _busy;

    /// <returns><see langword="false"/> if a run is under way: then nothing is started.</returns>
    public bool TryStart()
    {
        if (Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
        {
            return false;
        }

        // Shown at once, so that the page that has asked for it does not still say that nothing runs.
        board.Show(LoadState.None with { Running = true, Seconds = options.Value.Seconds / 2 });
        return _orders.Writer.TryWrite(true);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var _ in _orders.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await new LoadRun(scopes, time, options.Value).RunAsync(board.Show, stoppingToken);
            }
            catch (Exception problem) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, problem);
                board.Show(board.State with { Running = false });
            }
            finally
            {
                Volatile.Write(ref _busy, 0);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The load run has ended early.")]
    private static partial void LogFailed(ILogger logger, Exception problem);
}
