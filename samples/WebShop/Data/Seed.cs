using Microsoft.EntityFrameworkCore;

namespace WebShop.Data;

/// <summary>
/// Fills an empty database with the same rows every time. The rows get their ids here, so that inserting them does not have to
/// read anything back.
/// </summary>
public sealed class Seed
{
    public const int Products = 5_000;
    public const int Customers = 1_000;
    public const int Reviews = 12_000;
    public const int OrderLines = 20_000;

    private const int BatchSize = 2_000;
    private static readonly DateOnly Opening = new(2024, 3, 1);
    private const int DaysOpen = 600;

    private readonly Random _random = new(20_240_301);

    private Seed()
    {
    }

    /// <summary>Writes everything in one transaction: an interrupted start leaves an empty database, not half a shop.</summary>
    public static async Task WriteAsync(ShopContext db)
    {
        var seed = new Seed();
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        await using var transaction = await db.Database.BeginTransactionAsync();
        var products = seed.MakeProducts();
        await InsertAsync(db, seed.MakeCategories());
        await InsertAsync(db, products);
        await InsertAsync(db, seed.MakeCustomers());
        await InsertAsync(db, seed.MakeReviews());
        await InsertAsync(db, seed.MakeOrders(products));
        await transaction.CommitAsync();
        db.ChangeTracker.AutoDetectChangesEnabled = true;
    }

    private static async Task InsertAsync<TEntity>(ShopContext db, List<TEntity> rows)
        where TEntity : class
    {
        foreach (var batch in rows.Chunk(BatchSize))
        {
            db.AddRange(batch);
            await db.SaveChangesAsync();
            db.ChangeTracker.Clear();
        }
    }

    private List<Category> MakeCategories()
        => [.. SeedWords.Categories.Select((c, i) => new Category
        {
            Id = i + 1, Name = c.Name, Description = c.Description, Icon = c.Icon,
        })];

    private List<Product> MakeProducts()
        => [.. Enumerable.Range(0, Products).Select(i =>
        {
            var (position, category) = Math.DivRem(i, SeedWords.Categories.Length);
            return MakeProduct(category, position, id: i + 1);
        })];

    // Noun, adjective and brand are counted through rather than drawn, so that no two products have the same name.
    private Product MakeProduct(int category, int position, int id)
    {
        var (_, icon, nouns, _) = SeedWords.Categories[category];
        var (round, noun) = Math.DivRem(position, nouns.Length);
        var (lap, adjective) = Math.DivRem(round, SeedWords.Adjectives.Length);
        var brand = SeedWords.Brands[(noun * 3 + adjective * 5 + lap * 7) % SeedWords.Brands.Length];
        return new Product
        {
            Id = id,
            CategoryId = category + 1,
            Sku = $"{icon[..2].ToUpperInvariant()}-{id:D5}",
            Name = $"{brand} {SeedWords.Adjectives[adjective]} {nouns[noun]}",
            Brand = brand,
            Description = Describe(),
            Colour = Pick(SeedWords.Colours),
            PriceCents = (4 + _random.Next(18) + noun * _random.Next(1, 28)) * 100L + (_random.Next(2) == 0 ? 90 : 50),
            Stock = _random.Next(10) == 0 ? 0 : _random.Next(1, 180),
            WeightGrams = 50 * _random.Next(3, 12 + 16 * noun),
            AddedOn = Opening.AddDays(_random.Next(DaysOpen)),
        };
    }

    private string Describe()
    {
        var details = Pick(SeedWords.Details).Replace("{0}", Pick(SeedWords.Materials), StringComparison.Ordinal);
        return $"{Pick(SeedWords.Openings)} {details} {Pick(SeedWords.Closings)}";
    }

    private List<Customer> MakeCustomers()
        => [.. Enumerable.Range(0, Customers).Select(i =>
        {
            var first = SeedWords.FirstNames[i % SeedWords.FirstNames.Length];
            var last = SeedWords.LastNames[i / SeedWords.FirstNames.Length];
            return new Customer
            {
                Id = i + 1,
                Name = $"{first} {last}",
                Email = $"{first}.{last}@example.com".ToLowerInvariant(),
            };
        })];

    private List<Review> MakeReviews()
        => [.. Enumerable.Range(1, Reviews).Select(id =>
        {
            var stars = Math.Min(5, 1 + _random.Next(3) + _random.Next(4));
            return new Review
            {
                Id = id,
                ProductId = PopularProduct(),
                CustomerId = _random.Next(1, Customers + 1),
                Stars = stars,
                Text = Pick(SeedWords.ReviewTexts[stars - 1]),
                WrittenOn = Opening.AddDays(_random.Next(DaysOpen)),
            };
        })];

    private List<Order> MakeOrders(List<Product> products)
    {
        var orders = new List<Order>();
        for (var lines = 0; lines < OrderLines;)
        {
            var order = MakeOrder(orders.Count + 1, Math.Min(_random.Next(1, 6), OrderLines - lines), products, lines);
            lines += order.Lines.Count;
            orders.Add(order);
        }

        return orders;
    }

    private Order MakeOrder(int id, int lineCount, List<Product> products, int linesBefore)
    {
        var order = new Order
        {
            Id = id,
            Reference = RandomGuid(),
            CustomerId = _random.Next(1, Customers + 1),
            PlacedAt = Opening.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc).AddMinutes(_random.Next(DaysOpen * 24 * 60)),
            ShipTo = $"{_random.Next(1, 120)} {Pick(SeedWords.Streets)}, {Pick(SeedWords.Cities)}",
        };
        var chosen = new HashSet<int>();
        while (chosen.Count < lineCount)
        {
            chosen.Add(PopularProduct());
        }

        foreach (var productId in chosen)
        {
            order.Lines.Add(new OrderLine
            {
                Id = ++linesBefore,
                OrderId = id,
                ProductId = productId,
                Quantity = _random.Next(1, 4),
                UnitPriceCents = products[productId - 1].PriceCents,
            });
        }

        order.TotalCents = order.Lines.Sum(l => l.Quantity * l.UnitPriceCents);
        return order;
    }

    // A shop has favourites: low ranks come up more often. The factor has no divisor in common with the number of products, so
    // every rank is another product, and the favourites are spread over all categories.
    private int PopularProduct()
    {
        var rank = (int)(Math.Pow(_random.NextDouble(), 1.5) * Products);
        return 1 + rank * 1_999 % Products;
    }

    private Guid RandomGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        return new Guid(bytes);
    }

    private string Pick(string[] words) => words[_random.Next(words.Length)];
}
