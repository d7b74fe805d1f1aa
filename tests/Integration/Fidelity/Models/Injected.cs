using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Models;

/// <summary>Loads its jars when they are asked for.</summary>
internal sealed class Shelf
{
    private readonly ILazyLoader? _loader;
    private List<Jar>? _jars;

    public Shelf()
    {
    }

    private Shelf(ILazyLoader loader) => _loader = loader;

    public int Id { get; set; }

    public string Name { get; set; } = "";

    public List<Jar> Jars
    {
        get => _loader is null ? _jars ??= [] : _loader.Load(this, ref _jars) ?? (_jars = []);
        set => _jars = value;
    }
}

internal sealed class Jar
{
    private readonly ILazyLoader? _loader;
    private Shelf? _shelf;

    public Jar()
    {
    }

    private Jar(ILazyLoader loader) => _loader = loader;

    public int Id { get; set; }

    public int ShelfId { get; set; }

    public Shelf? Shelf
    {
        get => _loader is null ? _shelf : _loader.Load(this, ref _shelf);
        set => _shelf = value;
    }
}

/// <summary>Loads its spoons with a delegate, so that it need not know EF Core.</summary>
internal sealed class Drawer
{
    private readonly Action<object, string>? _load;
    private List<Spoon>? _spoons;

    public Drawer()
    {
    }

    private Drawer(Action<object, string> lazyLoader) => _load = lazyLoader;

    public int Id { get; set; }

    public List<Spoon> Spoons
    {
        get
        {
            _load?.Invoke(this, nameof(Spoons));
            return _spoons ??= [];
        }
        set => _spoons = value;
    }
}

internal sealed class Spoon
{
    public int Id { get; set; }

    public int DrawerId { get; set; }
}

/// <summary>Is given the context that reads it, and its own type.</summary>
internal sealed class Watcher
{
    private readonly MappingContext? _db;
    private readonly string? _type;

    public Watcher()
    {
    }

    private Watcher(MappingContext db, IEntityType type)
    {
        _db = db;
        _type = type.Name;
    }

    public int Id { get; set; }

    public string Name { get; set; } = "";

    public string State() => $"{_type} {_db?.Entry(this).State ?? EntityState.Detached}";
}
