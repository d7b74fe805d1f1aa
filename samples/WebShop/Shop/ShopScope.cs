namespace WebShop.Shop;

/// <summary>The shop's services as one request sees them.</summary>
public readonly record struct ShopScope(IServiceProvider Services)
{
    public CatalogService Catalog => Services.GetRequiredService<CatalogService>();

    public BasketService Basket => Services.GetRequiredService<BasketService>();

    public OrderService Orders => Services.GetRequiredService<OrderService>();

    public AdminService Admin => Services.GetRequiredService<AdminService>();
}
