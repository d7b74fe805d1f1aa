namespace WebShop.Data;

/// <summary>A shopper's basket. Its id is random and travels in a cookie.</summary>
public sealed class Basket
{
    public Guid Id { get; set; }

    /// <summary>In UTC.</summary>
    public DateTime CreatedAt { get; set; }

    public List<BasketLine> Lines { get; } = [];
}

/// <summary>One product in a basket; the two ids are its primary key.</summary>
public sealed class BasketLine
{
    public Guid BasketId { get; set; }

    public int ProductId { get; set; }

    public int Quantity { get; set; }

    public Product? Product { get; set; }
}
