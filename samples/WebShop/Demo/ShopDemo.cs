using WebShop.Shop;

namespace WebShop.Demo;

/// <summary>A scripted shopper and a scripted owner, on a database of their own that is deleted at the end.</summary>
public static class ShopDemo
{
    private static readonly Buyer Buyer = new("Demo Shopper", "demo.shopper@example.com", "1 Harbour Street, Aldmouth");
    private static readonly ProductQuery Cheapest = new() { Sort = ProductSort.PriceUp };
    private static readonly ProductQuery Lamps = new() { Search = "lamp", Sort = ProductSort.Newest };
    private static readonly ProductQuery GoodDeskLamps = new() { CategoryId = 7, Sort = ProductSort.BestRated };
    private static readonly ProductQuery Oakham = new() { Search = "oakham" };

    /// <returns>The exit code of the process: 0 when everything was as it should be.</returns>
    public static async Task<int> RunAsync(TextWriter output)
    {
        var report = new DemoReport(output);
        try
        {
            await using var shop = new TemporaryShop();
            report.Line(await shop.SeedAsync());
            await PlayAsync(new DemoRun(shop.Services, report), report);
        }
        catch (Exception problem)
        {
            report.Expect(false, "the demo", $"stopped by {problem.GetType().Name}: {problem.Message}");
        }

        report.Finish();
        return report.IsOk ? 0 : 1;
    }

    private static async Task PlayAsync(DemoRun run, DemoReport report)
    {
        var favourite = (await run.DoAsync(s => s.Catalog.GetBestSellersAsync())).First(p => p.Stock >= 10);
        var basketId = await FillBasketAsync(run, favourite.Id);

        report.StartReadings();
        await LookAroundAsync(run, favourite.Id, basketId);

        report.StartSteps();
        await ChangePriceAsync(run, favourite.Id, basketId);
        await OrderAsync(run, favourite.Id, basketId);
        await SellOutAsync(run, favourite.Id);
    }

    private static async Task<Guid> FillBasketAsync(DemoRun run, int productId)
    {
        var basketId = await run.DoAsync(s => s.Basket.AddAsync(null, productId, 2));
        return basketId ?? throw new InvalidOperationException($"Product {productId} could not be put into a basket.");
    }

    private static async Task LookAroundAsync(DemoRun run, int productId, Guid basketId)
    {
        await run.MeasureAsync("Categories with their product counts", s => s.Catalog.GetCategoriesAsync());
        await run.MeasureAsync("Best sellers", s => s.Catalog.GetBestSellersAsync());
        await run.MeasureAsync("Product list, cheapest first", s => s.Catalog.SearchAsync(Cheapest));
        await run.MeasureAsync("Product list, page 2", s => s.Catalog.SearchAsync(Cheapest with { Page = 2 }));
        await run.MeasureAsync("Search for \"lamp\", newest first", s => s.Catalog.SearchAsync(Lamps));
        await run.MeasureAsync("One category, best rated first", s => s.Catalog.SearchAsync(GoodDeskLamps));
        await run.MeasureAsync("How many products a search finds", s => s.Catalog.CountAsync(Oakham));
        await run.MeasureAsync("Product with category and reviews", s => s.Catalog.FindAsync(productId));
        await run.MeasureAsync("Basket with products", s => s.Basket.GetLinesAsync(basketId));
        await run.MeasureAsync("Number beside \"Basket\"", s => s.Basket.CountAsync(basketId));
    }

    private static async Task ChangePriceAsync(DemoRun run, int productId, Guid basketId)
    {
        const long Price = 99;
        await run.ChangeAsync(
            $"Owner sets the price to {Money.Format(Price)}",
            s => s.Admin.SetPriceAsync(productId, Price),
            product => new Sight(product is not null, $"price {Euros(product?.PriceCents)}"));
        await run.ReadChangedAsync(
            "Product list, cheapest first",
            s => s.Catalog.SearchAsync(Cheapest),
            page => new Sight(
                page.Products[0].Id == productId && page.Products[0].PriceCents == Price,
                $"first is {Euros(page.Products[0].PriceCents)}"));
        await run.ReadChangedAsync(
            "Basket with products",
            s => s.Basket.GetLinesAsync(basketId),
            lines => new Sight(
                lines.Single().Product?.PriceCents == Price,
                $"{lines.Single().Quantity} at {Euros(lines.Single().Product?.PriceCents)}"));

        // The basket has read the product anew, and the product's own page finds it by its key.
        await run.ReadChangedAsync(
            "Product with category and reviews",
            s => s.Catalog.FindAsync(productId),
            details => new Sight(details?.Product.PriceCents == Price, $"price {Euros(details?.Product.PriceCents)}"));
    }

    private static async Task OrderAsync(DemoRun run, int productId, Guid basketId)
    {
        var lines = await run.DoAsync(s => s.Basket.GetLinesAsync(basketId));
        var total = lines.Sum(l => l.Quantity * l.Product!.PriceCents);
        var left = lines[0].Product!.Stock - lines[0].Quantity;
        var outcome = await run.ChangeAsync(
            "Shopper orders the basket",
            s => s.Orders.PlaceAsync(basketId, Buyer, total),
            outcome => new Sight(outcome.Reference is not null, outcome.Problem ?? $"total {Euros(total)}"));
        await run.ReadChangedAsync(
            "Basket with products",
            s => s.Basket.GetLinesAsync(basketId),
            after => new Sight(after.Count == 0, $"{after.Count} products"));
        await run.ReadChangedAsync(
            "Product with category and reviews",
            s => s.Catalog.FindAsync(productId),
            details => new Sight(details?.Product.Stock == left, $"{details?.Product.Stock} in stock"));
        await run.ReadChangedAsync(
            "Order with lines and products",
            s => s.Orders.FindAsync(outcome.Reference ?? Guid.Empty),
            order => new Sight(order?.TotalCents == total, $"total {Euros(order?.TotalCents)}"));
    }

    private static async Task SellOutAsync(DemoRun run, int productId)
    {
        await run.ChangeAsync(
            "Owner sets the stock to 0",
            s => s.Admin.SetStockAsync(productId, 0),
            product => new Sight(product is not null, $"{product?.Stock} in stock"));
        await run.ReadChangedAsync(
            "Product with category and reviews",
            s => s.Catalog.FindAsync(productId),
            details => new Sight(details?.Product.Stock == 0, $"{details?.Product.Stock} in stock"));
        await run.ReadChangedAsync(
            "Best sellers",
            s => s.Catalog.GetBestSellersAsync(),
            cards => new Sight(
                cards.Exists(c => c.Id == productId && c.Stock == 0),
                $"{cards.Count(c => c.Stock == 0)} of {cards.Count} sold out"));
    }

    private static string Euros(long? cents) => cents is { } known ? Money.Format(known) : "nothing";
}
