using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;

namespace FastOrm.Cache.Tests.Integration.Queries;

public sealed class QueryShapeTests : IDisposable
{
    private readonly TestShop _shop = new();

    public static TheoryData<string> Names => [.. QueryShapes.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_query_gives_the_same_uncached_cold_and_on_a_hit(string name)
    {
        var shape = QueryShapes.All[name];
        using var plain = _shop.NewPlain();
        var expected = (Proof.Describe(shape(plain, new Plain())), Proof.Tracked(plain));

        var cold = _shop.Count(db => (Proof.Describe(shape(db, new Remembered())), Proof.Tracked(db)));
        var hit = _shop.OnHit(db => (Proof.Describe(shape(db, new Remembered())), Proof.Tracked(db)));

        Assert.Equal(name.StartsWith("split", StringComparison.Ordinal) ? name == "split twice" ? 3 : 2 : 1, cold.Commands);
        Assert.Equal(expected, cold.Result);
        Assert.Equal(expected, hit);
    }

    [Fact]
    public void No_shape_answers_for_another()
    {
        using var plain = _shop.NewPlain();
        var expected = QueryShapes.All.ToDictionary(shape => shape.Key, shape => Proof.Describe(Run(plain, shape.Value, new Plain())));
        for (var round = 0; round < 2; round++)
        {
            foreach (var (name, shape) in QueryShapes.All)
            {
                using var db = _shop.New();
                Assert.Equal((name, expected[name]), (name, Proof.Describe(Run(db, shape, new Remembered()))));
            }
        }

        static object? Run(ShopContext db, QueryShapes.Shape shape, QueryShapes.IMark mark)
        {
            db.ChangeTracker.Clear();
            return shape(db, mark);
        }
    }

    private sealed class Plain : QueryShapes.IMark
    {
        public IQueryable<T> On<T>(IQueryable<T> query) => query;
    }

    private sealed class Remembered : QueryShapes.IMark
    {
        public IQueryable<T> On<T>(IQueryable<T> query) => query.Remember(Proof.Minute);
    }

    public void Dispose() => _shop.Dispose();
}
