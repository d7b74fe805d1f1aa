using System.Data;
using System.Data.Common;
using System.Linq.Expressions;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>Interceptors of the application's: what they do to a load is remembered, and what they do to entities is done on a hit.</summary>
public sealed class InterceptorTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Fact]
    public async Task Rows_that_an_interceptor_gives_in_place_of_the_database_s_are_remembered()
    {
        var options = _shop.Configure(new Substitute()).Options;
        foreach (var async in new[] { false, true })
        {
            foreach (var expected in new[] { 1, 0 })
            {
                await using var db = new ShopContext(options);
                var before = _shop.Sql.Count;
                var query = db.Categories.AsNoTracking().TagWith(async ? "async" : "sync").Remember();
                var categories = async ? await query.ToListAsync() : [.. query];

                Assert.Equal(["seventh", "eighth"], categories.Select(static c => c.Name));
                Assert.Equal(expected, _shop.Sql.Count - before);
            }
        }
    }

    [Fact]
    public void SQL_that_an_interceptor_rewrites_gives_the_rows_that_are_remembered()
    {
        var options = _shop.Configure(new Limiter()).Options;
        foreach (var expected in new[] { 1, 0 })
        {
            using var db = new ShopContext(options);
            var before = _shop.Sql.Count;
            Assert.Equal(3, db.Products.Remember().ToList().Count);
            Assert.Equal(expected, _shop.Sql.Count - before);
        }
    }

    [Fact]
    public void An_interceptor_that_throws_lets_the_next_caller_load()
    {
        var failures = 1;
        _shop.Sql.BeforeRead = _ =>
        {
            if (failures-- > 0)
            {
                throw new InvalidDataException("not now");
            }
        };

        Assert.Equal(
            "not now", Assert.Throws<InvalidDataException>(() => _shop.Count(static db => db.Products.Remember().Count())).Message);
        Assert.Equal(100, _shop.Count(static db => db.Products.Remember().Count()).Result);
        Assert.Equal((100, 0), _shop.Count(static db => db.Products.Remember().Count()));
    }

    [Fact]
    public void Entities_of_a_hit_are_materialized_through_the_interceptors()
    {
        var materializing = new Materializing();
        var options = _shop.Configure(materializing).Options;
        for (var run = 1; run <= 2; run++)
        {
            using var db = new ShopContext(options);
            var categories = db.Categories.OrderBy(static c => c.Id).Remember().ToList();

            Assert.Equal("category 1!", categories[0].Name);
            Assert.Equal(5 * run, materializing.Count);
            Assert.All(db.ChangeTracker.Entries(), static entry => Assert.Equal(EntityState.Unchanged, entry.State));
        }

        Assert.Single(_shop.Sql.Texts);
    }

    [Fact]
    public void A_query_that_an_interceptor_rewrites_is_another_one_than_without_it()
    {
        var options = _shop.Configure(new OnlyTwo()).Options;
        for (var run = 0; run < 2; run++)
        {
            using var db = new ShopContext(options);
            Assert.Equal([1, 2], db.Tags.Remember().Select(static t => t.Id).ToList().Order());
            Assert.Equal([1, 2, 3], _shop.Count(static plain => plain.Tags.Remember().Select(static t => t.Id).ToList()).Result.Order());
        }
    }

    [Fact]
    public void What_an_interceptor_adds_to_a_save_invalidates_too()
    {
        var options = _shop.Configure(new Auditing()).Options;
        Assert.Equal((3, 1), _shop.Count(static db => db.Tags.Remember().Count()));
        Assert.Equal((5, 1), _shop.Count(static db => db.Categories.Remember().Count()));
        using (var db = new ShopContext(options))
        {
            db.Remove(db.Orders.First());
            db.Categories.First().Name = "new";
            db.SaveChanges();
        }

        Assert.Equal((4, 1), _shop.Count(static db => db.Tags.Remember().Count()));
        Assert.Equal((5, 1), _shop.Count(static db => db.Categories.Remember().Count()));
    }

    [Fact]
    public void A_save_that_an_interceptor_suppresses_invalidates_nothing()
    {
        var options = _shop.Configure(new NoSaves()).Options;
        Assert.Equal((5, 1), _shop.Count(static db => db.Categories.Remember().Count()));
        using (var db = new ShopContext(options))
        {
            db.Add(new Category { Name = "new" });
            Assert.Equal(7, db.SaveChanges());
        }

        Assert.Equal((5, 0), _shop.Count(static db => db.Categories.Remember().Count()));
    }

    public void Dispose() => _shop.Dispose();

    private sealed class Substitute : DbCommandInterceptor
    {
        public override InterceptionResult<DbDataReader> ReaderExecuting(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
            => InterceptionResult<DbDataReader>.SuppressWithResult(Rows());

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
            => ValueTask.FromResult(InterceptionResult<DbDataReader>.SuppressWithResult(Rows()));

        private static DataTableReader Rows()
        {
            using var table = new DataTable();
            table.Columns.Add("Id", typeof(int));
            table.Columns.Add("Name", typeof(string));
            table.Rows.Add(7, "seventh");
            table.Rows.Add(8, "eighth");
            return table.CreateDataReader();
        }
    }

    private sealed class Limiter : DbCommandInterceptor
    {
        public override InterceptionResult<DbDataReader> ReaderExecuting(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
        {
            command.CommandText += " LIMIT 3";
            return result;
        }
    }

    private sealed class Materializing : IMaterializationInterceptor
    {
        public int Count { get; private set; }

        public object InitializedInstance(MaterializationInterceptionData materializationData, object entity)
        {
            Count++;
            if (entity is Category category)
            {
                category.Name += "!";
            }

            return entity;
        }
    }

    private sealed class OnlyTwo : ExpressionVisitor, IQueryExpressionInterceptor
    {
        public Expression QueryCompilationStarting(Expression queryExpression, QueryExpressionEventData eventData)
            => Visit(queryExpression);

        protected override Expression VisitExtension(Expression node)
            => node is Microsoft.EntityFrameworkCore.Query.EntityQueryRootExpression root && root.ElementType == typeof(Tag)
                ? Expression.Call(
                    typeof(Queryable),
                    nameof(Queryable.Where),
                    [typeof(Tag)],
                    root,
                    Expression.Quote((Expression<Func<Tag, bool>>)(static t => t.Id != 3)))
                : base.VisitExtension(node);
    }

    private sealed class Auditing : SaveChangesInterceptor
    {
        public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
        {
            eventData.Context!.Add(new Tag { Name = "saved" });
            return result;
        }
    }

    private sealed class NoSaves : SaveChangesInterceptor
    {
        public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
            => InterceptionResult<int>.SuppressWithResult(7);
    }
}
