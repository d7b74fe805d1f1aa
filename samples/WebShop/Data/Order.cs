namespace WebShop.Data;

public sealed class Order
{
    public int Id { get; set; }

    /// <summary>What the address of the order's page holds, because a running number could be guessed.</summary>
    public Guid Reference { get; set; }

    public int CustomerId { get; set; }

    /// <summary>In UTC.</summary>
    public DateTime PlacedAt { get; set; }

    public required string ShipTo { get; set; }

    public long TotalCents { get; set; }

    public Customer? Customer { get; set; }

    public List<OrderLine> Lines { get; } = [];
}

public sealed class OrderLine
{
    public int Id { get; set; }

    public int OrderId { get; set; }

    public int ProductId { get; set; }

    public int Quantity { get; set; }

    /// <summary>The price when the order was placed; the product's own price may change afterwards.</summary>
    public long UnitPriceCents { get; set; }

    public Order? Order { get; set; }

    public Product? Product { get; set; }
}
