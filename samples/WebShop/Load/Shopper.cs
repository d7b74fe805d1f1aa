using WebShop.Data;
using WebShop.Shop;

namespace WebShop.Load;

/// <summary>
/// One shopper, who looks at what a page would show: mostly lists and products, of these mostly the popular ones, now and then the basket.
/// The same seed makes the same choices. Not thread-safe.
/// </summary>
public sealed class Shopper(int seed)
{
    private static readonly string[] Words = ["lamp", "mug", "oak", "wool", "set", "classic", "bag", "small", "book", "chair"];

    private readonly Random _random = new(seed);

    /// <summary>The basket; <see langword="null"/> until something is put into it.</summary>
    public Guid? BasketId { get; private set; }

    /// <summary>Asks for one page.</summary>
    public Task VisitAsync(ShopScope shop)
        => _random.Next(100) switch
        {
            < 15 => LookAtHomeAsync(shop),
            < 35 => BrowseAsync(shop, AnyList()),
            < 45 => BrowseAsync(shop, new ProductQuery { Search = Words[_random.Next(Words.Length)] }),
            < 90 => shop.Catalog.FindAsync(AnyProduct()),
            < 99 => LookAtBasketAsync(shop),
            _ => PutIntoBasketAsync(shop),
        };

    private static async Task LookAtHomeAsync(ShopScope shop)
    {
        await shop.Catalog.GetCategoriesAsync();
        await shop.Catalog.GetBestSellersAsync();
    }

    private static async Task BrowseAsync(ShopScope shop, ProductQuery query)
    {
        await shop.Catalog.GetCategoriesAsync();
        await shop.Catalog.SearchAsync(query);
    }

    private async Task LookAtBasketAsync(ShopScope shop)
    {
        if (BasketId is { } basketId)
        {
            await shop.Basket.GetLinesAsync(basketId);
        }
        else
        {
            await LookAtHomeAsync(shop);
        }
    }

    private async Task PutIntoBasketAsync(ShopScope shop) => BasketId = await shop.Basket.AddAsync(BasketId, AnyProduct(), 1);

    // Most people look at the first page and leave the order as it is.
    private ProductQuery AnyList() => new()
    {
        CategoryId = _random.Next(SeedWords.Categories.Length) + 1,
        Sort = _random.Next(4) > 0 ? default : (ProductSort)_random.Next(Enum.GetValues<ProductSort>().Length),
        Page = _random.Next(5) > 0 ? 1 : 2,
    };

    // A few products are looked at all the time, most hardly ever.
    private int AnyProduct() => 1 + (int)(Math.Pow(_random.NextDouble(), 4) * Seed.Products) * 1_999 % Seed.Products;
}
