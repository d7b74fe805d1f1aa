namespace WebShop.Shop;

public enum ProductSort
{
    Name,
    PriceUp,
    PriceDown,
    Newest,
    BestRated,
}

/// <summary>What a shopper asks of the product list.</summary>
public sealed record ProductQuery
{
    public const int MaxSearchLength = 60;

    public string? Search { get; init; }

    public int? CategoryId { get; init; }

    public ProductSort Sort { get; init; }

    /// <summary>Counted from 1. A page outside the list becomes the nearest one inside it.</summary>
    public int Page { get; init; } = 1;
}
