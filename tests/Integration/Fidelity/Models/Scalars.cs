#pragma warning disable CA1720 // The columns are called like their types on purpose.
namespace FastOrm.Cache.Tests.Integration.Fidelity.Models;

/// <summary>A column of every type.</summary>
internal sealed class Scalars
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

    public Guid Guid { get; set; }

    public DateTime Utc { get; set; }

    public DateTime Local { get; set; }

    public DateTimeOffset Offset { get; set; }

    public DateOnly Date { get; set; }

    public TimeOnly Time { get; set; }

    public TimeSpan Span { get; set; }

    public Colour Colour { get; set; }

    public Small Small { get; set; }

    public Large Large { get; set; }

    public string Text { get; set; } = "";

    public byte[] Bytes { get; set; } = [];
}

/// <summary>A nullable column of every type.</summary>
internal sealed class Optionals
{
    public int Id { get; set; }

    public bool? Bool { get; set; }

    public byte? Byte { get; set; }

    public sbyte? SByte { get; set; }

    public short? Short { get; set; }

    public ushort? UShort { get; set; }

    public int? Int { get; set; }

    public uint? UInt { get; set; }

    public long? Long { get; set; }

    public ulong? ULong { get; set; }

    public float? Float { get; set; }

    public double? Double { get; set; }

    public decimal? Decimal { get; set; }

    public char? Char { get; set; }

    public Guid? Guid { get; set; }

    public DateTime? Utc { get; set; }

    public DateTime? Local { get; set; }

    public DateTimeOffset? Offset { get; set; }

    public DateOnly? Date { get; set; }

    public TimeOnly? Time { get; set; }

    public TimeSpan? Span { get; set; }

    public Colour? Colour { get; set; }

    public Small? Small { get; set; }

    public Large? Large { get; set; }

    public string? Text { get; set; }

    public byte[]? Bytes { get; set; }
}
