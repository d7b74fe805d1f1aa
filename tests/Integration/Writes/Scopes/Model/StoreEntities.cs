namespace FastOrm.Cache.Tests.Integration.Writes.Scopes.Model;

public class StoreCategory
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public int Floor { get; set; }

    public List<StoreProduct> Products { get; set; } = [];

    public override string ToString() => $"{Id},{Name},{Floor}";
}

public class StoreProduct
{
    public int Id { get; set; }

    /// <summary>Given by EF Core.</summary>
    public string Kind { get; private set; } = null!;

    public string Name { get; set; } = "";

    public int CategoryId { get; set; }

    public StoreCategory? Category { get; set; }

    public int Price { get; set; }

    public int Stock { get; set; }

    public int Grade { get; set; }

    public bool IsHidden { get; set; }

    public int? OwnerId { get; set; }

    public int State { get; set; }

    public StoreOrigin Origin { get; set; } = new();

    public List<StoreReview> Reviews { get; set; } = [];

    public List<StoreTag> Tags { get; set; } = [];

    public static StoreProduct Random(Random random, int id)
    {
        var product = random.Next(4) > 0 ? new StoreProduct() : new StoreBundle { Parts = random.Next(5) };
        product.Id = id;
        product.Fill(random);
        return product;
    }

    /// <summary>Gives all but the key and the kind.</summary>
    public void Fill(Random random)
    {
        Name = $"name {random.Next(1000)}";
        CategoryId = 1 + random.Next(StoreContext.Categories);
        Price = random.Next(100);
        Stock = random.Next(20);
        Grade = random.Next(StoreContext.Grades);
        IsHidden = random.Next(5) == 0;
        State = random.Next(StoreContext.States);
        Origin = new StoreOrigin { Country = random.Next(StoreContext.Countries), Port = $"port {random.Next(9)}" };
    }

    public override string ToString()
        => $"{Id},{Kind},{Name},{CategoryId},{Price},{Stock},{Grade},{IsHidden},{OwnerId},{State},{Origin}";
}

public class StoreBundle : StoreProduct
{
    public int Parts { get; set; }

    public override string ToString() => $"{base.ToString()},{Parts}";
}

/// <summary>Is in the table of its product.</summary>
public class StoreOrigin
{
    public int Country { get; set; }

    public string? Port { get; set; }

    public override string ToString() => $"{Country},{Port}";
}

public class StoreReview
{
    public int Id { get; set; }

    public int ProductId { get; set; }

    public StoreProduct? Product { get; set; }

    public int Stars { get; set; }

    public override string ToString() => $"{Id},{ProductId},{Stars}";
}

public class StoreOwner
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public List<StorePhone> Phones { get; set; } = [];

    public static StoreOwner New(int id) => new() { Id = id, Name = $"owner {id}", Phones = [new StorePhone { Number = id }] };

    public override string ToString() => $"{Id},{Name} ({Phones.Select(static p => p.Number).Order().Text()})";
}

/// <summary>Is in a table of its own.</summary>
public class StorePhone
{
    public int Number { get; set; }
}

public class StoreTag
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public List<StoreProduct> Products { get; set; } = [];

    public override string ToString() => $"{Id},{Name}";
}

/// <summary>A row of the table between products and tags.</summary>
public sealed record StoreLink(int ProductsId, int TagsId);
