using FastOrm.Cache.EfCore;
using Microsoft.EntityFrameworkCore;
using WebShop.Cost;
using WebShop.Data;

namespace WebShop.Shop;

/// <summary>Who orders, and where the parcel goes.</summary>
public sealed record Buyer(string Name, string Email, string ShipTo);

/// <summary>Either the reference of the new order, or why there is none.</summary>
public sealed record OrderOutcome(Guid? Reference, string? Problem);

/// <summary>Turns a basket into an order.</summary>
public sealed class OrderService(ShopContext db, TimeProvider time)
{
    /// <summary>
    /// Places the order, takes its goods from stock and empties the basket: all in one transaction. What other pages remembered
    /// about these products, this basket and the best sellers is out of date once it commits, and is not served again.
    /// </summary>
    /// <param name="basketId">The basket.</param>
    /// <param name="buyer">Who orders.</param>
    /// <param name="agreedCents">The total that the buyer saw. If a price has changed since, nothing is ordered.</param>
    public async Task<OrderOutcome> PlaceAsync(Guid basketId, Buyer buyer, long agreedCents)
    {
        db.Name("Placing the order");
        await using var transaction = await db.Database.BeginTransactionAsync();
        var lines = await db.BasketLines.Include(l => l.Product).Where(l => l.BasketId == basketId).ToListAsync();
        if (FindProblem(lines, agreedCents) is { } problem)
        {
            return new OrderOutcome(null, problem);
        }

        var order = await MakeOrderAsync(buyer, lines);
        db.Add(order);
        db.RemoveRange(lines);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return new OrderOutcome(order.Reference, null);
    }

    /// <summary>An order with its lines and products, read by a split query: each of its commands is remembered.</summary>
    /// <returns><see langword="null"/> when there is no such order.</returns>
    public Task<Order?> FindAsync(Guid reference)
        => db.Read("Order with lines and products", db => db.Orders
            .AsNoTracking()
            .AsSplitQuery()
            .Include(o => o.Customer)
            .Include(o => o.Lines.OrderBy(l => l.Id))
            .ThenInclude(l => l.Product)
            .Where(o => o.Reference == reference)
            .Remember(TimeSpan.FromMinutes(10)), q => q.SingleOrDefault())
            .SingleOrDefaultAsync();

    private static string? FindProblem(List<BasketLine> lines, long agreedCents)
    {
        if (lines.Count == 0)
        {
            return "The basket is empty.";
        }

        if (lines.Find(l => l.Product!.Stock < l.Quantity) is { Product: { } scarce })
        {
            return scarce.Stock == 0 ? $"{scarce.Name} is sold out." : $"Only {scarce.Stock} of {scarce.Name} are left.";
        }

        var total = lines.Sum(l => l.Quantity * l.Product!.PriceCents);
        return total == agreedCents
            ? null
            : $"A price has changed: the total is now {Money.Format(total)}. Please look again before you order.";
    }

    private async Task<Order> MakeOrderAsync(Buyer buyer, List<BasketLine> lines)
    {
        var order = new Order
        {
            Reference = Guid.NewGuid(),
            PlacedAt = time.GetUtcNow().UtcDateTime,
            ShipTo = buyer.ShipTo,
            TotalCents = lines.Sum(l => l.Quantity * l.Product!.PriceCents),
            Customer = await db.Customers.SingleOrDefaultAsync(c => c.Email == buyer.Email)
                ?? new Customer { Name = buyer.Name, Email = buyer.Email },
        };
        foreach (var line in lines)
        {
            line.Product!.Stock -= line.Quantity;
            order.Lines.Add(new OrderLine
            {
                ProductId = line.ProductId, Quantity = line.Quantity, UnitPriceCents = line.Product.PriceCents,
            });
        }

        return order;
    }
}
