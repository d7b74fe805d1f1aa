using WebShop.Data;

namespace WebShop.Shop;

public sealed record CategoryTile(int Id, string Name, string Description, string Icon, int ProductCount);

public sealed record ProductCard(
    int Id, string Sku, string Name, string Icon, string Colour, long PriceCents, int Stock, double? Stars, int ReviewCount);

/// <summary>One page of the product list.</summary>
public sealed record ProductPage(List<ProductCard> Products, int Page, int PageCount, int Total);

/// <summary>A product with its category and reviews, and what else was bought with it.</summary>
public sealed record ProductDetails(Product Product, Category Category, List<Review> Reviews, List<ProductCard> AlsoBought);
