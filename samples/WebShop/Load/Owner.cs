using Microsoft.EntityFrameworkCore;
using WebShop.Data;
using WebShop.Shop;

namespace WebShop.Load;

/// <summary>
/// The owner of the shop during a run: every three seconds a price goes up or comes down again, so that part of what is remembered
/// has to be read anew, as in a real shop. At the end every price is what it was.
/// </summary>
public sealed class Owner(IServiceScopeFactory scopes, TimeProvider time)
{
    private const int FirstProduct = 1;
    private const long Raise = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    public async Task WorkAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        var (productId, raised) = (FirstProduct, false);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                productId = raised ? productId : productId % Seed.Products + 1;
                raised = await ChangeAsync(productId, raised ? -Raise : Raise) && !raised;
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
        finally
        {
            if (raised)
            {
                await ChangeAsync(productId, -Raise);
            }
        }
    }

    private async Task<bool> ChangeAsync(int productId, long cents)
    {
        await using var scope = scopes.CreateAsyncScope();
        var price = await scope.ServiceProvider.GetRequiredService<ShopContext>().Products
            .Where(p => p.Id == productId)
            .Select(p => (long?)p.PriceCents)
            .SingleOrDefaultAsync(CancellationToken.None);
        return price is { } known && await new ShopScope(scope.ServiceProvider).Admin.SetPriceAsync(productId, known + cents) is not null;
    }
}
