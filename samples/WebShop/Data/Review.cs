namespace WebShop.Data;

public sealed class Review
{
    public int Id { get; set; }

    public int ProductId { get; set; }

    public int CustomerId { get; set; }

    /// <summary>From 1 to 5.</summary>
    public int Stars { get; set; }

    public required string Text { get; set; }

    public DateOnly WrittenOn { get; set; }

    public Product? Product { get; set; }

    public Customer? Customer { get; set; }
}
