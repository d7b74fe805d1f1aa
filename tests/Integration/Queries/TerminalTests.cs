using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

public sealed class TerminalTests : IDisposable
{
    private readonly TestShop _shop = new();

    public static TheoryData<string> SyncNames => [.. Terminals.Sync.Keys];

    public static TheoryData<string> AsyncNames => [.. Terminals.Async.Keys];

    [Theory]
    [MemberData(nameof(SyncNames))]
    public void A_terminal_gives_the_same_uncached_cold_and_on_a_hit(string name)
    {
        var terminal = Terminals.Sync[name];
        using var plain = _shop.NewPlain();
        var expected = Proof.Describe(terminal(Terminals.Plain(plain)));
        var expectedTracked = Proof.Tracked(plain);

        var cold = _shop.Count(db => (Proof.Describe(terminal(Terminals.Remembered(db))), Proof.Tracked(db)));
        var hit = _shop.OnHit(db => (Proof.Describe(terminal(Terminals.Remembered(db))), Proof.Tracked(db)));

        Assert.Equal(1, cold.Commands);
        Assert.Equal((expected, expectedTracked), cold.Result);
        Assert.Equal((expected, expectedTracked), hit);
    }

    [Theory]
    [MemberData(nameof(AsyncNames))]
    public async Task An_async_terminal_gives_the_same_uncached_cold_and_on_a_hit(string name)
    {
        var terminal = Terminals.Async[name];
        await using var plain = _shop.NewPlain();
        var expected = Proof.Describe(await terminal(Terminals.Plain(plain)));
        var expectedTracked = Proof.Tracked(plain);

        var cold = await _shop.CountAsync(async db => (Proof.Describe(await terminal(Terminals.Remembered(db))), Proof.Tracked(db)));
        var hit = await _shop.OnHitAsync(async db => (Proof.Describe(await terminal(Terminals.Remembered(db))), Proof.Tracked(db)));

        Assert.Equal(1, cold.Commands);
        Assert.Equal((expected, expectedTracked), cold.Result);
        Assert.Equal((expected, expectedTracked), hit);
    }

    [Theory]
    [MemberData(nameof(SyncNames))]
    public void A_repeated_terminal_on_one_context_hits(string name)
    {
        var terminal = Terminals.Sync[name];
        using var db = _shop.New();
        var first = Proof.Describe(terminal(Terminals.Remembered(db)));
        var before = _shop.Sql.Count;

        var second = Proof.Describe(terminal(Terminals.Remembered(db)));

        Assert.Equal(first, second);
        Assert.Equal(before, _shop.Sql.Count);
    }

    [Fact]
    public void First_does_not_answer_for_Single()
    {
        using var db = _shop.New();
        Assert.Equal(1, Terminals.Remembered(db).First().Id);

        Assert.Throws<InvalidOperationException>(() => Terminals.Remembered(db).Single());
        Assert.Throws<InvalidOperationException>(() => Terminals.Remembered(db).Single());
        Assert.Throws<InvalidOperationException>(() => Terminals.Remembered(db).SingleOrDefault());
    }

    [Fact]
    public void First_does_not_answer_for_a_list_nor_a_list_for_First()
    {
        using var db = _shop.New();

        Assert.Equal(1, Terminals.Remembered(db).First().Id);
        Assert.Equal(20, Terminals.Remembered(db).ToList().Count);
        Assert.Equal(96, Terminals.Remembered(db).Last().Id);
        Assert.Equal(1, Terminals.Remembered(db).First().Id);
    }

    [Fact]
    public void Count_does_not_answer_for_LongCount_nor_for_Sum()
    {
        using var db = _shop.New();

        Assert.Equal(20, Terminals.Remembered(db).Count());
        Assert.Equal(20L, Terminals.Remembered(db).LongCount());
        Assert.Equal(20, Terminals.Remembered(db).Count());
        Assert.NotEqual(20, Terminals.Remembered(db).Sum(p => p.Id));
    }

    [Fact]
    public void First_of_nothing_throws_cold_and_on_a_hit_and_FirstOrDefault_gives_null()
    {
        using var db = _shop.New();
        var none = db.Products.Where(p => p.Id < 0).Remember(Proof.Minute);

        Assert.Throws<InvalidOperationException>(() => none.First());
        Assert.Throws<InvalidOperationException>(() => none.First());
        Assert.Null(none.FirstOrDefault());
        Assert.Null(none.FirstOrDefault());
        Assert.Throws<InvalidOperationException>(() => none.Max(p => p.Stock));
        Assert.Throws<InvalidOperationException>(() => none.Max(p => p.Stock));
    }

    [Fact]
    public void Another_argument_of_a_terminal_is_another_entry()
    {
        using var db = _shop.New();

        Assert.Equal(1, Terminals.Remembered(db).ElementAt(0).Id);
        Assert.Equal(6, Terminals.Remembered(db).ElementAt(1).Id);
        Assert.True(Terminals.Remembered(db).Select(p => p.Id).Contains(11));
        Assert.False(Terminals.Remembered(db).Select(p => p.Id).Contains(12));
        Assert.True(Terminals.Remembered(db).Any(p => p.Name == "product 001"));
        Assert.False(Terminals.Remembered(db).Any(p => p.Name == "product 002"));
    }

    public void Dispose() => _shop.Dispose();
}
