using FastOrm.Cache.EfCore;
using FastOrm.Cache.EfCore.Invalidation;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Unit.Invalidation;

/// <summary>What the texts of statements write is kept: of most programs the texts are few and short.</summary>
public sealed class StatementWritesTests : IDisposable
{
    private const int Longest = 4_096;
    private const int Most = 1_000;

    private readonly KeyShop _db = new(new DbContextOptionsBuilder().UseSqlite("Data Source=unused").Options);
    private readonly StatementWrites _writes;

    public StatementWritesTests()
        => _writes = new StatementWrites(_db.Model, _db.Database.ProviderName, new FastOrmCacheContextOptions());

    [Fact]
    public void A_text_is_read_once()
    {
        Assert.Same(_writes.Of(Update(100)), _writes.Of(Update(100)));
        Assert.Equal(1, _writes.Count);
    }

    [Fact]
    public void A_text_that_is_long_is_not_kept_and_is_understood_all_the_same()
    {
        _writes.Of(Update(Longest));
        var written = _writes.Of(Update(Longest + 1));

        Assert.Equal("products", Assert.Single(written.Tables!).Name, ignoreCase: true);
        Assert.Equal(1, _writes.Count);
    }

    [Fact]
    public void Texts_that_differ_in_their_values_do_not_fill_memory()
    {
        for (var i = 0; i < 3 * Most; i++)
        {
            _writes.Of($"UPDATE Products SET Name = '{i}'");
            Assert.InRange(_writes.Count, 1, Most);
        }
    }

    public void Dispose() => _db.Dispose();

    private static string Update(int length)
    {
        const string Start = "UPDATE Products SET Name = '";
        return Start + new string('x', length - Start.Length - 1) + "'";
    }
}
