using System.Runtime.CompilerServices;
using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;
using WebShop.Data;

namespace WebShop.Live;

/// <summary>
/// Tells open pages of changes to their product. It asks the cache over and over: as long as nobody has changed the product that is a
/// hit, which needs no command, so looking four times a second costs next to nothing, and a change is seen whichever node made it.
/// Thread-safe.
/// </summary>
public sealed class ProductWatch(IServiceScopeFactory scopes, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <returns><see langword="null"/> when there is no such product.</returns>
    public async Task<ProductNews?> LookAsync(int id, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ShopContext>();
        var product = await db.Products.AsNoTracking().FindOrCacheAsync(id, cancellationToken: cancellationToken);
        return product is null ? null : ProductNews.Of(product);
    }

    /// <summary>
    /// What is known now, and then each change, until the page is closed, the product is gone or the shop stops. What is known now is sent
    /// as well because the page may have been made before the last change.
    /// </summary>
    public async IAsyncEnumerable<ProductNews> FollowAsync(int id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        using var timer = new PeriodicTimer(Interval, time);
        ProductNews? told = null;
        do
        {
            if (await LookUntilAsync(id, end.Token) is not { } news)
            {
                yield break;
            }

            if (news != told)
            {
                yield return told = news;
            }
        }
        while (await TickAsync(timer, end.Token));
    }

    // The end of the page or of the shop is the end of the stream and no error.
    private async Task<ProductNews?> LookUntilAsync(int id, CancellationToken cancellationToken)
    {
        try
        {
            return await LookAsync(id, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static async Task<bool> TickAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
