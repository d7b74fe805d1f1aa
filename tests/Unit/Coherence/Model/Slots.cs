namespace FastOrm.Cache.Tests.Unit.Coherence.Model;

/// <summary>
/// The stamps. The first tag has one. The second is a table, with one row in it: what reads all of it depends on <see cref="Second"/>, which every write
/// changes; what reads the row depends on <see cref="Bulk"/>, and on the stamp of the row, of which nodes of two versions of the
/// application do not know the same.
/// </summary>
internal static class Slots
{
    public const int First = 0;
    public const int Second = 1;
    public const int Bulk = 2;
    public const int Count = 5;

    /// <summary>The number of the stamp that says which version has told what it knows the row by.</summary>
    public const int Claim = 9;

    private const int Row = 3;

    /// <summary>What an entry depends on.</summary>
    public static int[] Read(Tags tags) => tags switch
    {
        Tags.None => [],
        Tags.First => [First],
        Tags.Second => [Second],
        _ => [First, Second],
    };

    /// <summary>What a write changes of which it is not known what rows it touches.</summary>
    public static int[] Written(Tags tags) => (tags & Tags.Second) != Tags.None ? [.. Read(tags), Bulk] : Read(tags);

    /// <summary>What the row depends on for a node of one version.</summary>
    public static int[] ReadRow(int version) => [Bulk, Row + version];

    /// <summary>What a node of one version changes that writes the row.</summary>
    public static int[] WrittenRow(int version) => [Second, Row + version];

    /// <summary>What is written by whoever changes the stamps.</summary>
    public static Tags TagsOf(ReadOnlySpan<int> slots)
        => (slots.Contains(First) ? Tags.First : Tags.None) | (slots.Contains(Second) ? Tags.Second : Tags.None);
}
