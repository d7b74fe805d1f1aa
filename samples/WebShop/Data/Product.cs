namespace WebShop.Data;

public sealed class Product
{
    public int Id { get; set; }

    public int CategoryId { get; set; }

    public required string Sku { get; set; }

    public required string Name { get; set; }

    public required string Brand { get; set; }

    public required string Description { get; set; }

    /// <summary>A CSS colour for the picture.</summary>
    public required string Colour { get; set; }

    /// <summary>In cents: SQLite keeps a <see langword="decimal"/> as text, which would sort 10.00 before 9.00.</summary>
    public long PriceCents { get; set; }

    public int Stock { get; set; }

    public int WeightGrams { get; set; }

    public DateOnly AddedOn { get; set; }

    public Category? Category { get; set; }

    public List<Review> Reviews { get; } = [];

    public List<OrderLine> OrderLines { get; } = [];
}
