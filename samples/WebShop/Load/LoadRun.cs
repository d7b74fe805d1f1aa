using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;
using WebShop.Cost;
using WebShop.Data;
using WebShop.Shop;

namespace WebShop.Load;

/// <summary>
/// Shoppers in a closed loop: each asks for its next page as soon as it has the last one. A request is what a page asks of the shop's
/// services, in a scope with a context of its own as every request has it, but without HTTP and HTML around it, which would cost both
/// halves the same and hide the difference. What the shoppers put into baskets is taken out at the end.
/// </summary>
public sealed class LoadRun(IServiceScopeFactory scopes, TimeProvider time, LoadOptions options)
{
    private const int WarmUpVisits = 40;

    private readonly Shopper[] _shoppers = [.. Enumerable.Range(1, options.Shoppers).Select(seed => new Shopper(seed))];

    private TimeSpan Interval => TimeSpan.FromSeconds(options.Interval);

    /// <summary>Runs the half with the cache on and then the half with it off.</summary>
    /// <param name="tell">Gets the state of the run whenever there is something new.</param>
    /// <param name="cancellationToken">Ends the run early.</param>
    public async Task RunAsync(Action<LoadState> tell, CancellationToken cancellationToken)
    {
        var state = new LoadState(true, options.Seconds / 2, [], null, null);
        tell(state);
        try
        {
            await WarmUpAsync(cancellationToken);
            var on = await MeasureAsync(cache: true, Told, cancellationToken);
            state = state with { On = on };
            var off = await MeasureAsync(cache: false, Told, cancellationToken);
            state = state with { Off = off };
        }
        finally
        {
            await EmptyBasketsAsync();
            tell(state with { Running = false });
        }

        void Told(LoadSample sample)
        {
            state = state with { Samples = [.. state.Samples, sample] };
            tell(state);
        }
    }

    // EF Core compiles each query once, which belongs to neither half. Without the cache it does so as well.
    private async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        var nobody = new LoadMeter(cache: true, time);
        for (var i = 0; i < WarmUpVisits && !cancellationToken.IsCancellationRequested; i++)
        {
            using (i % 2 == 0 ? RememberScope.Suppress() : null)
            {
                await VisitAsync(_shoppers[0], nobody);
            }
        }
    }

    private async Task<LoadTotals> MeasureAsync(bool cache, Action<LoadSample> tell, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = new PeriodicTimer(Interval, time);
        var meter = new LoadMeter(cache, time);
        Task[] people =
        [
            .. _shoppers.Select(shopper => Task.Run(() => ShopAsync(shopper, meter, cache, end.Token), CancellationToken.None)),
            Task.Run(() => new Owner(scopes, time).WorkAsync(end.Token), CancellationToken.None),
        ];
        try
        {
            LoadSample sample;
            do
            {
                await timer.WaitForNextTickAsync(cancellationToken);
                sample = meter.Take();
                tell(sample);
            }
            while (sample.Second < (options.Seconds - options.Interval) / 2); // A busy machine makes fewer samples, and not a longer run.
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(people);
        }

        return meter.Total();
    }

    private async Task ShopAsync(Shopper shopper, LoadMeter meter, bool cache, CancellationToken cancellationToken)
    {
        using (cache ? null : RememberScope.Suppress())
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                await VisitAsync(shopper, meter);

                // A hit and SQLite's commands never wait: without this the shoppers would leave the web server no thread.
                await Task.Yield();
            }
        }
    }

    private async Task VisitAsync(Shopper shopper, LoadMeter meter)
    {
        var cost = RequestCost.Begin(time);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await shopper.VisitAsync(new ShopScope(scope.ServiceProvider));
            meter.Count(cost, cost.Elapsed);
        }
        catch (Exception)
        {
            // A shopper that meets an error goes on to the next page, as people do; the table says how many there were.
            meter.CountFailure();
        }
    }

    private async Task EmptyBasketsAsync()
    {
        var ids = _shoppers.Select(s => s.BasketId).OfType<Guid>().ToList();
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<ShopContext>().Baskets
            .Where(b => ids.Contains(b.Id))
            .ExecuteDeleteAsync(CancellationToken.None);
    }
}
