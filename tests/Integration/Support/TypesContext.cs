#pragma warning disable CA1720 // The columns are called like their types on purpose.
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Support;

/// <summary>A table with a column of every type that SQLite's provider maps.</summary>
public class TypesContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<TypesRow> Rows => Set<TypesRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
        => modelBuilder.Entity<TypesRow>().Property(row => row.Strong).HasConversion(id => id.Value, value => new StrongId(value));
}

public enum IntKind
{
    Zero,
    One,
    Two,
}

public enum ByteKind : byte
{
    Zero,
    One,
    Two,
}

public readonly record struct StrongId(int Value);

public class TypesRow
{
    public int Id { get; set; }

    public bool Bool { get; set; }

    public byte Byte { get; set; }

    public sbyte SByte { get; set; }

    public short Short { get; set; }

    public ushort UShort { get; set; }

    public int Int { get; set; }

    public uint UInt { get; set; }

    public long Long { get; set; }

    public ulong ULong { get; set; }

    public float Float { get; set; }

    public double Double { get; set; }

    public decimal Decimal { get; set; }

    public char Char { get; set; }

    public string Text { get; set; } = "";

    public string? Note { get; set; }

    public int? Rank { get; set; }

    public Guid Guid { get; set; }

    public DateTime DateTime { get; set; }

    public DateTimeOffset Offset { get; set; }

    public DateOnly Date { get; set; }

    public TimeOnly Time { get; set; }

    public TimeSpan Span { get; set; }

    public byte[] Bytes { get; set; } = [];

    public IntKind IntKind { get; set; }

    public ByteKind ByteKind { get; set; }

    public StrongId Strong { get; set; }
}
