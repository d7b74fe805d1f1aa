using System.Data.Common;
using System.Linq.Expressions;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Fidelity.Harness;
using FastOrm.Cache.Tests.Integration.Fidelity.Models;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Features;

/// <summary>Contexts that are set up otherwise: each with the same few queries.</summary>
internal static class Setups
{
    private const string NoThirdName
        = """SELECT "Id", CASE WHEN "Id" <> 3 THEN "Name" END AS "Name", "ParentId" FROM "Genres" ORDER BY "Id" """;

    public static void Declare(List<CorpusQuery> corpus)
    {
        BadData(new Feature<LibraryContext>("Bad data", corpus));
        BadData(new Feature<LibraryContext>("Bad data with detailed errors", corpus, static o => o.EnableDetailedErrors()));
        BadDataAfterGood(new Feature<LibraryContext>("Bad data after good", corpus));
        BadDataAfterGood(new Feature<LibraryContext>("Bad data after good with a retrying strategy", corpus, Retrying));
        Add(corpus, "Logging of sensitive data", static o => o.EnableSensitiveDataLogging().LogTo(static _ => { }));
        Add(corpus, "Split queries by default", SplitByDefault);
        Add(corpus, "Relational nulls", RelationalNulls);
        Add(corpus, "A retrying execution strategy", Retrying);
        Add(corpus, "Collections as one parameter or as constants", CollectionMode);
        Add(corpus, "An interceptor of commands", static o => o.AddInterceptors(new Commands()));
        Add(corpus, "An interceptor of expressions", static o => o.AddInterceptors(Expressions.Instance));
        Add(corpus, "An interceptor of entities", static o => o.AddInterceptors(Entities.Instance));
    }

    private static void Add(List<CorpusQuery> corpus, string name, Action<DbContextOptionsBuilder> options)
    {
        var f = new Feature<LibraryContext>(name, corpus, options);
        f.Query("entities", db => db.Books.OrderBy(b => b.Id));
        f.Query("an include", db => db.Genres.Include(g => g.Books).OrderBy(g => g.Id));
        f.Query("a nullable comparison", db =>
        {
            string? text = null;
            return db.Books.Where(b => b.Subtitle == text || b.Edition == b.PublisherId).OrderBy(b => b.Id).Select(b => b.Id);
        });
        f.Query("a list", db =>
        {
            var ids = new[] { 3, 5 };
            return db.Books.Where(b => ids.Contains(b.Id)).OrderBy(b => b.Id);
        });
        f.Query("a count", db => db.Books.Where(b => b.IsLent), q => q.Count());
    }

    private static void BadData(Feature<LibraryContext> f)
    {
        f.Query("a null where none may be", db => db.Genres.FromSqlRaw("""SELECT 1 AS "Id", NULL AS "Name", 0 AS "ParentId" """)).Throws();
        f.Query("a value of another type", db => db.Database.SqlQueryRaw<int>("""SELECT 'text' AS "Value" """)).Throws(Provider.PostgreSql);
        f.Query("a column is missing", db => db.Genres.FromSqlRaw("""SELECT "Id", "Name" FROM "Genres" """)).Throws();
    }

    private static void BadDataAfterGood(Feature<LibraryContext> f)
    {
        f.Query("a null", db => db.Genres.FromSqlRaw(NoName(3)).OrderBy(g => g.Id)).Throws();
        f.Query("a null in raw SQL", db => db.Genres.FromSqlRaw(NoThirdName)).Throws();
        f.Query("a null in an entity that may be tracked", db => db.Genres.FromSqlRaw(NoName(2)).OrderBy(g => g.Id)).Throws();
        f.Query("a null in a joined entity", db => db.Genres.AsNoTracking().OrderBy(g => g.Id).SelectMany(
            g => db.Genres.FromSqlRaw(NoName(3)).Where(other => other.Id == g.Id), (g, other) => new { g, other })).Throws();
        f.Compiled("a null in a compiled query", (db, _) => db.Genres.FromSqlRaw(NoThirdName).Remember(Run.Ttl), 0).Throws();
        f.Query("an error", db => db.Genres.FromSqlRaw(Error(db)).OrderBy(g => g.Id)).Throws();
        f.Query("an error in raw SQL", db => db.Genres.FromSqlRaw(Error(db))).Throws();
    }

    private static string NoName(int id)
        => $"""SELECT "Id", CASE WHEN "Id" <> {id} THEN "Name" END AS "Name", "ParentId" FROM "Genres" """;

    // Of a column, so that it is not computed before the first row.
    private static string Error(LibraryContext db)
        => db.IsPostgres
            ? """SELECT i AS "Id", 'genre' AS "Name", 1 / (3 - i) AS "ParentId" FROM generate_series(1, 4) AS i"""
            : """
                SELECT "Id", "Name", CASE WHEN "Id" = 3 THEN abs("Id" - 9223372036854775807 - 4) ELSE "ParentId" END AS "ParentId"
                FROM "Genres"
                """;

    private static void SplitByDefault(DbContextOptionsBuilder options)
        => Relational(options, sqlite => sqlite.UseQuerySplittingBehavior(QuerySplittingBehavior.SplitQuery),
            postgres => postgres.UseQuerySplittingBehavior(QuerySplittingBehavior.SplitQuery));

    private static void RelationalNulls(DbContextOptionsBuilder options)
        => Relational(options, sqlite => sqlite.UseRelationalNulls(), postgres => postgres.UseRelationalNulls());

    private static void CollectionMode(DbContextOptionsBuilder options)
        => Relational(options, sqlite => sqlite.UseParameterizedCollectionMode(ParameterTranslationMode.Parameter),
            postgres => postgres.UseParameterizedCollectionMode(ParameterTranslationMode.Constant));

    private static void Retrying(DbContextOptionsBuilder options)
        => Relational(options, sqlite => sqlite.ExecutionStrategy(static d => new Strategy(d)), postgres => postgres.EnableRetryOnFailure());

    private static void Relational(
        DbContextOptionsBuilder options,
        Action<SqliteDbContextOptionsBuilder> sqlite,
        Action<Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure.NpgsqlDbContextOptionsBuilder> postgres)
    {
        if (options.Options.Extensions.Any(static e => e.GetType().Name.StartsWith("Npgsql", StringComparison.Ordinal)))
        {
            postgres(new(options));
        }
        else
        {
            sqlite(new(options));
        }
    }

    private sealed class Strategy(ExecutionStrategyDependencies dependencies) : ExecutionStrategy(dependencies, 3, TimeSpan.Zero)
    {
        protected override bool ShouldRetryOn(Exception exception) => false;
    }

    private sealed class Commands : DbCommandInterceptor
    {
        public override InterceptionResult<DbDataReader> ReaderExecuting(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
        {
            command.CommandText += " -- seen";
            return result;
        }
    }

    // Turns every question for lent books round.
    private sealed class Expressions : ExpressionVisitor, IQueryExpressionInterceptor
    {
        // One for all: EF Core makes services for each.
        public static readonly Expressions Instance = new();

        public Expression QueryCompilationStarting(Expression queryExpression, QueryExpressionEventData eventData) => Visit(queryExpression);

        protected override Expression VisitMember(MemberExpression node)
            => node.Member.Name == nameof(Book.IsLent) ? Expression.Not(node) : base.VisitMember(node);
    }

    private sealed class Entities : IMaterializationInterceptor
    {
        public static readonly Entities Instance = new();

        public object InitializedInstance(MaterializationInterceptionData materializationData, object entity)
        {
            if (entity is Book book)
            {
                book.Title = $"[{book.Title}]";
            }

            return entity;
        }
    }
}
