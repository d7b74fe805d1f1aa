using FastOrm.Cache.EfCore;
using FastOrm.Cache.EfCore.Policies;
using FastOrm.Cache.Tests.Integration.Policies.Compiled;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Policies;

/// <summary>What is said of entity types holds in the code that EF Core writes of a model as it does in the model itself.</summary>
public sealed class CompiledModelTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private TestDatabase<ArchiveContext>? _archive;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Queries_of_a_type_are_remembered_for_its_time_and_with_its_tags(bool isCompiled)
    {
        var archive = Open(isCompiled);
        foreach (var query in new Func<ArchiveContext, int>[] { static db => db.Papers.Count(), static db => db.Parchments.Count() })
        {
            Assert.Equal([1, 0], Twice(archive, query));
            archive.Cache.Flush("archive");
            Assert.Equal([1, 0], Twice(archive, query));
            _time.Advance(TimeSpan.FromMinutes(2));
            Assert.Equal([1, 0], Twice(archive, query));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_row_is_remembered_for_the_time_of_its_type_and_its_absence_for_another(bool isCompiled)
    {
        var archive = Open(isCompiled);
        Assert.Equal([1, 0], Twice(archive, static db => db.Papers.FindOrCache(1)!.Text));
        Assert.Equal([1, 0], Twice(archive, static db => db.Papers.FindOrCache(99)));
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal([1, 0], Twice(archive, static db => db.Papers.FindOrCache(99)));
        Assert.Equal([0, 0], Twice(archive, static db => db.Papers.FindOrCache(1)!.Text));
        archive.Cache.Flush("papers");
        Assert.Equal([1, 0], Twice(archive, static db => db.Papers.FindOrCache(1)!.Text));
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal([1, 0], Twice(archive, static db => db.Papers.FindOrCache(1)!.Text));

        Assert.Equal([1, 0], Twice(archive, static db => db.Shelves.FindOrCache(1)!.Code));
        archive.Cache.Flush("shelves"); // Of the attribute.
        Assert.Equal([1, 0], Twice(archive, static db => db.Shelves.FindOrCache(1)!.Code));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_type_that_is_not_cacheable_is_none_although_its_attribute_and_the_context_say_so(bool isCompiled)
    {
        var archive = Open(isCompiled, static o => o.CacheAllQueries(TimeSpan.FromMinutes(1)));
        Assert.Equal([1, 1], Twice(archive, static db => db.Visits.Count()));
        Assert.Equal([1, 0], Twice(archive, static db => db.Shelves.Count()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Only_what_is_unique_is_a_key(bool isCompiled)
    {
        var archive = Open(isCompiled);
        Assert.Equal([1, 0], Twice(archive, static db => db.Visits.FindOrCacheBy(visit => visit.Reader, "bob")!.Id));
        using var db = archive.NewForbidden();
        Assert.Throws<InvalidOperationException>(() => db.Shelves.FindOrCacheBy(shelf => shelf.Code, 5)); // An index with a filter.
        Assert.Throws<InvalidOperationException>(() => db.Shelves.FindOrCacheBy(shelf => shelf.Number, 5));
    }

    /// <remarks>Also whether the code is of the model as it is now.</remarks>
    [Fact]
    public void The_code_says_the_same_of_every_type_and_more_of_none()
    {
        using var db = new ArchiveContext(TestOptions.New().UseSqlite().Options);
        Assert.NotSame(ArchiveContextModel.Instance, db.Model);
        var policies = db.Model.GetEntityTypes().ToDictionary(static type => type.Name, EntityPolicy.Of);
        Assert.Equal(4, policies.Count);
        foreach (var type in ArchiveContextModel.Instance.GetEntityTypes())
        {
            Assert.True(policies.Remove(type.Name, out var policy));
            Assert.Equal(Text(policy), Text(EntityPolicy.Of(type)));
        }

        Assert.Empty(policies);

        static string Text(EntityPolicy? policy)
            => policy is null ? "none"
                : $"{policy.Ttl} {policy.EmptyTtl} {policy.StaleFor} {policy.QueriesTtl} {string.Join(',', policy.Tags)}";
    }

    public void Dispose() => _archive?.Dispose();

    private TestDatabase<ArchiveContext> Open(bool isCompiled, Action<FastOrmCacheContextOptions>? context = null)
    {
        _archive = new(
            static options => new ArchiveContext(options),
            ArchiveContext.Seed,
            o => o.TimeProvider = _time,
            context,
            configure: options => _ = isCompiled ? options.UseModel(ArchiveContextModel.Instance) : options);
        using var db = _archive.New();
        Assert.Equal(isCompiled, db.Model == ArchiveContextModel.Instance);
        return _archive;
    }

    private static int[] Twice<T>(TestDatabase<ArchiveContext> archive, Func<ArchiveContext, T> read)
        => [archive.Count(read).Commands, archive.Count(read).Commands];
}
