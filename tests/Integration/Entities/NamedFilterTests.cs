using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Entities;

/// <summary>Query filters with names, of which a query may ignore some: nobody gets the rows of other filters.</summary>
public sealed class NamedFilterTests : IDisposable
{
    private static readonly string[] Owner = ["owner"];
    private static readonly string[] Deleted = ["deleted"];

    private readonly TestDatabase<FilesContext> _files = new(static options => new FilesContext(options), FilesContext.Seed);

    [Fact]
    public async Task An_entity_is_found_by_its_key_with_all_filters_or_with_none()
    {
        foreach (var (key, isSeen) in new[] { (1, true), (2, false), (3, false), (4, false) })
        {
            Assert.Equal(isSeen, (await TwiceAsync(db => db.Files.FindOrCacheAsync(key).AsTask())) is not null);
            Assert.NotNull(await TwiceAsync(db => db.Files.IgnoreQueryFilters().FindOrCacheAsync(key).AsTask()));
            Assert.Equal(isSeen, (await TwiceAsync(db => db.Files.FindOrCacheAsync(key).AsTask())) is not null);
        }
    }

    [Fact]
    public async Task By_its_key_with_some_filters_it_is_refused_with_the_remedy()
    {
        using var db = _files.NewForbidden();
        var some = db.Files.AsNoTracking().IgnoreQueryFilters(Owner);
        foreach (var call in new Func<Task>[]
        {
            () => some.FindOrCacheAsync(1).AsTask(),
            () => some.FindOrCacheByAsync(static file => file.Path, "/1").AsTask(),
            () => some.FindManyOrCacheAsync([1, 2]).AsTask(),
            () => some.FindCachedAsync(1).AsTask(),
            () => some.ForgetCacheAsync(1),
            () => some.Where(static file => file.Id < 9).WarmAsync(),
        })
        {
            var error = await Assert.ThrowsAsync<InvalidOperationException>(call);
            Assert.Contains("An entity of File is found by its key with all query filters or with none", error.Message, StringComparison.Ordinal);
            Assert.Contains("Where(…).Remember()", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Queries_are_kept_apart_by_the_filters_that_they_ignore(bool byPolicy)
    {
        string[] both = [.. Owner, .. Deleted];
        for (var round = 0; round < 2; round++)
        {
            Expect(round, [1], static db => db.Files);
            Expect(round, [1, 2], static db => db.Files.IgnoreQueryFilters(Owner));
            Expect(round, [1, 3], static db => db.Files.IgnoreQueryFilters(Deleted));
            Expect(round, [1, 2, 3, 4], db => db.Files.IgnoreQueryFilters(both));
            Expect(round, [1, 2, 3, 4], static db => db.Files.IgnoreQueryFilters());
            foreach (var name in both)
            {
                // The name is a variable.
                Expect(1, name == "owner" ? [1, 2] : [1, 3], db => db.Files.IgnoreQueryFilters(new[] { name }), mayLoad: true);
            }
        }

        void Expect(int round, int[] ids, Func<FilesContext, IQueryable<File>> query, bool mayLoad = false)
        {
            var (found, commands) = _files.Count(db =>
            {
                var files = query(db).OrderBy(static file => file.Id);
                return (byPolicy ? files : files.AsNoTracking().Remember()).ToList();
            });
            Assert.Equal(ids, found.Select(static file => file.Id));
            Assert.True(mayLoad || commands == 1 - round);
        }
    }

    public void Dispose() => _files.Dispose();

    private async Task<File?> TwiceAsync(Func<FilesContext, Task<File?>> find)
    {
        await _files.CountAsync(find);
        var (found, commands) = await _files.CountAsync(find);
        Assert.Equal(0, commands);
        return found;
    }

    private sealed class FilesContext(DbContextOptions options) : DbContext(options)
    {
        public int Reader { get; set; } = 1;

        public DbSet<File> Files => Set<File>();

        public static void Seed(FilesContext db)
        {
            db.AddRange(
                new File { Id = 1, Path = "/1", OwnerId = 1 }, new File { Id = 2, Path = "/2", OwnerId = 2 },
                new File { Id = 3, Path = "/3", OwnerId = 1, IsDeleted = true }, new File { Id = 4, Path = "/4", OwnerId = 2, IsDeleted = true });
            db.SaveChanges();
        }

        protected override void OnModelCreating(ModelBuilder modelBuilder)
            => modelBuilder.Entity<File>(file =>
            {
                file.Property(f => f.Id).ValueGeneratedNever();
                file.HasIndex(f => f.Path).IsUnique();
                file.HasQueryFilter("owner", f => f.OwnerId == Reader);
                file.HasQueryFilter("deleted", f => !f.IsDeleted);
                file.IsCacheable(static c => c.AllQueries(TimeSpan.FromMinutes(1)));
            });
    }

    private sealed class File
    {
        public int Id { get; set; }

        public required string Path { get; set; }

        public int OwnerId { get; set; }

        public bool IsDeleted { get; set; }
    }
}
