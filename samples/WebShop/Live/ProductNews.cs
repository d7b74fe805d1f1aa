using WebShop.Data;
using WebShop.Shop;

namespace WebShop.Live;

/// <summary>What may change on an open product page, in the words of the page.</summary>
/// <param name="Price">As <c>€1,234.50</c>.</param>
/// <param name="Stock">Whether, or how many, there are.</param>
/// <param name="Available">Whether it can be bought.</param>
public sealed record ProductNews(string Price, string Stock, bool Available)
{
    public static ProductNews Of(Product product)
        => new(Money.Format(product.PriceCents), product.Stock == 0 ? "Sold out" : $"{product.Stock} in stock", product.Stock > 0);
}
