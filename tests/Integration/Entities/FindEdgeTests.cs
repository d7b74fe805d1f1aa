using FastOrm.Cache.EfCore;
using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.Engine;
using FastOrm.Cache.Tests.Integration.Loads;
using FastOrm.Cache.Tests.Integration.Support;
using FastOrm.Cache.Tests.Unit.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Entities;

/// <summary>Keys that change, contexts that do not track, indexes of some rows, and nodes that share a tier.</summary>
public sealed class FindEdgeTests : IDisposable
{
    private readonly TestDatabase<KeysContext> _keys = new(static options => new KeysContext(options), KeysContext.Seed);
    private readonly Registry _registry = new();

    [Fact]
    public async Task Keys_that_the_caller_changes_during_the_load_are_stored_as_they_were()
    {
        var gate = new Gate();
        object[] one = [3, 4], other = [1, 2];
        _registry.Sql.AfterRead = gate.PassAsync;
        using (var db = _registry.New())
        {
            var load = db.Seats.FindManyOrCacheAsync([one, other]);
            await gate.Reached;
            (one[0], one[1], other[0], other[1]) = (1, 2, 3, 4);
            gate.Open();
            Assert.Equal(["guest 34", "guest 12"], (await load).Select(static seat => seat.Guest));
        }

        using var later = _registry.NewForbidden();
        Assert.Equal("guest 34", later.Seats.FindOrCache((3, 4))!.Guest);
        Assert.Equal("guest 12", later.Seats.FindOrCache((1, 2))!.Guest);
    }

    [Fact]
    public async Task Bytes_that_the_caller_changes_during_the_load_are_stored_as_they_were()
    {
        var gate = new Gate();
        byte[] one = [4], other = [1, 2, 3];
        byte[][] keys = [one, other];
        _keys.Sql.AfterRead = gate.PassAsync;
        using (var db = _keys.New())
        {
            var load = db.Blobs.FindManyOrCacheAsync(keys);
            await gate.Reached;
            one[0] = 9;
            gate.Open();
            Assert.Equal(["4", "123"], (await load).Select(static blob => blob.Text));
        }

        using var later = _keys.NewForbidden();
        Assert.Equal("4", later.Blobs.FindOrCache(new byte[] { 4 })!.Text);
    }

    [Fact]
    public async Task A_context_that_does_not_track_returns_what_is_tracked_as_Find_does()
    {
        using var db = _registry.New();
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        var own = db.People.Attach(new Person { Id = 2, Name = "own", Email = "x" }).Entity;

        Assert.Same(own, await db.People.FindAsync(2));
        Assert.Same(own, await db.People.FindOrCacheAsync(2));
        Assert.Same(own, Assert.Single(await db.People.FindManyOrCacheAsync([2])));
        Assert.NotSame(own, await db.People.AsNoTracking().FindOrCacheAsync(2));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Untracked_entities_share_what_they_have_in_common_if_the_caller_wants_that(bool byContext)
    {
        await _registry.CountAsync(static db => db.Documents.FindManyOrCacheAsync([3, 5]).AsTask());
        using var db = _registry.NewForbidden();
        if (byContext)
        {
            db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTrackingWithIdentityResolution;
        }

        var found = await (byContext ? db.Documents : db.Documents.AsNoTrackingWithIdentityResolution()).FindManyOrCacheAsync([3, 5]);
        Assert.Same(found[0].Folder, found[1].Folder);
        Assert.Empty(db.ChangeTracker.Entries());

        found = await db.Documents.AsNoTracking().FindManyOrCacheAsync([3, 5]);
        Assert.NotSame(found[0].Folder, found[1].Folder);
    }

    [Fact]
    public void An_index_that_leaves_out_rows_is_no_key()
    {
        using var db = _keys.NewForbidden();
        Assert.Contains("no unique index of Code", Assert.Throws<InvalidOperationException>(() => db.Coupons.FindOrCacheBy(c => c.Code, 5)).Message, StringComparison.Ordinal);
        Assert.Contains("no unique index of Number", Assert.Throws<InvalidOperationException>(() => db.Coupons.FindOrCacheBy(c => c.Number, 5)).Message, StringComparison.Ordinal);
        using var other = _keys.New();
        Assert.Null(other.Coupons.FindOrCacheBy(c => c.Serial, 5));
    }

    [Fact]
    public void An_index_that_each_table_of_a_hierarchy_has_for_itself_is_no_key_of_the_base_type()
    {
        using (var db = _keys.NewForbidden())
        {
            var error = Assert.Throws<InvalidOperationException>(() => db.Animals.FindOrCacheBy(animal => animal.Chip, 7)).Message;
            Assert.Contains("each table of Beast", error, StringComparison.Ordinal);
            Assert.Contains("db.Set<TDerived>()", error, StringComparison.Ordinal);
        }

        using var other = _keys.New();
        Assert.Equal("rex", other.Dogs.FindOrCacheBy(dog => dog.Chip, 7)!.Name);
        Assert.Equal("tom", other.Set<Cat>().FindOrCacheBy(cat => cat.Chip, 7)!.Name);
    }

    [Fact]
    public async Task With_another_EF_Core_it_is_what_Find_is()
    {
        using var simulation = EfInternals.Simulate("QueryCompiler.Moved");
        using var db = new RegistryContext(_registry.Configure().EnableServiceProviderCaching(false).Options);
        var changed = db.People.Single(person => person.Id == 1);
        var added = db.People.Add(new Person { Id = 99, Name = "added", Email = "a", Number = 99 }).Entity;

        Assert.Same(changed, await db.People.FindOrCacheAsync(1));
        Assert.Same(added, await db.People.FindOrCacheAsync(99));
        Assert.Same(added, db.People.FindOrCache(99));
        Assert.Equal([added, changed], await db.People.FindManyOrCacheAsync([99, 1, 98]));
        Assert.Equal("person 2", (await db.People.FindOrCacheAsync(2))!.Name);
        Assert.Equal("person 3", (await db.People.FindOrCacheByAsync(p => p.Number, 1003))!.Name);
        Assert.Same(added, await db.People.FindCachedAsync(99));
        Assert.Null(await db.People.FindCachedAsync(4));
        await db.People.ForgetCacheAsync(1);
    }

    [Fact]
    public void A_set_that_is_taken_for_one_of_the_base_type_is_the_same_set()
    {
        using var db = _registry.New();
        IQueryable<Vehicle> cars = db.Cars;
        Assert.Equal(1, cars.FindOrCache(1)!.Id);
        Assert.Equal(5, db.Cars.AsNoTracking().FindOrCache(1)!.Doors);
        using var other = _registry.New();
        Assert.Equal(5, other.Cars.FindOrCache(1)!.Doors);
        Assert.Equal([1], other.Cars.AsNoTracking().FindManyOrCache([1, 2]).Select(static car => car.Id));
        Assert.Equal([1], ((IQueryable<Vehicle>)other.Cars).FindManyOrCache([1, 2]).Select(static car => car.Id));
    }

    [Fact]
    public async Task What_is_loaded_anew_is_loaded_anew_by_other_nodes_too()
    {
        using var nodes = new Nodes(_keys);
        await nodes.On(nodes.A, static db => db.Ranks.FindManyOrCacheAsync([Level.Low, Level.High]).AsTask());
        await nodes.On(nodes.B, static db => db.Ranks.FindManyOrCacheAsync([Level.Low, Level.High]).AsTask());
        using (var db = _keys.NewPlain())
        {
            db.Database.ExecuteSqlRaw("UPDATE Ranks SET Text = 'changed' WHERE Id = 1");
        }

        var fresh = new RememberOptions { Fresh = true };
        await nodes.On(nodes.A, db => db.Ranks.FindManyOrCacheAsync([Level.Low], fresh).AsTask());
        Assert.Equal("changed", (await nodes.On(nodes.B, static db => db.Ranks.FindOrCacheAsync(Level.Low).AsTask()))!.Text);
    }

    [Fact]
    public async Task Entities_of_split_queries_answer_the_other_node()
    {
        using var nodes = new Nodes(_keys, splits: true);
        Assert.Equal(2, (await nodes.On(nodes.A, static db => db.Topics.FindOrCacheAsync("Alpha").AsTask()))!.Labels.Count);
        var before = _keys.Sql.Count;
        Assert.Equal(2, (await nodes.On(nodes.B, static db => db.Topics.FindOrCacheAsync("Alpha").AsTask()))!.Labels.Count);
        Assert.Equal(before, _keys.Sql.Count);
        await nodes.On(nodes.A, static db => Task.FromResult(db.Topics.FindOrCache("beta")));
        before = _keys.Sql.Count;
        Assert.Single((await nodes.On(nodes.B, static db => Task.FromResult(db.Topics.FindOrCache("beta"))))!.Labels);
        Assert.Equal(before, _keys.Sql.Count);
    }

    [Fact]
    public void What_cannot_be_remembered_is_asked_for_by_one_command_all_the_same()
    {
        var (found, commands) = _keys.Count(static db => db.Offers.FindManyOrCache([1, 2, 3]));
        Assert.Equal([1, 3], found.Select(static offer => offer.Id));
        Assert.Equal(1, commands);
        Assert.Equal(1, _keys.Cache.Statistics.Bypasses.Values.Sum());
    }

    [Fact]
    public async Task More_rows_than_one_entry_may_have_are_stored_if_no_key_has_more()
    {
        using var registry = new Registry(cache: static options => options.MaxRows = 6);
        Assert.Equal(15, (await registry.CountAsync(static db => db.Ships.FindManyOrCacheAsync([1, 2, 3, 4, 5]).AsTask()))
            .Result.Sum(static ship => ship.Decks.Count));
        using var later = registry.NewForbidden();
        Assert.Equal([5, 4, 3, 2, 1], later.Ships.FindManyOrCache([5, 4, 3, 2, 1]).Select(static ship => ship.Decks.Count));
    }

    [Fact]
    public async Task Several_loads_of_others_are_waited_for_no_longer_than_one()
    {
        var time = new ManualTimeProvider();
        using var registry = new Registry(cache: options => (options.TimeProvider, options.LoadWait) = (time, TimeSpan.FromSeconds(5)));
        var gate = new Gate(holdsAll: true);
        registry.Sql.AfterRead = gate.PassAsync;
        using var first = registry.New();
        using var second = registry.New();
        var one = first.People.FindOrCacheAsync(1);
        var two = second.People.FindOrCacheAsync(2);
        registry.Sql.AfterRead = null;

        using var db = registry.New();
        var many = db.People.FindManyOrCacheAsync([1, 2]).AsTask();
        Assert.False(many.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal([1, 2], (await many.WaitAsync(Gate.Patience)).Select(static person => person.Id));
        gate.Open();
        Assert.Equal((1, 2), ((await one)!.Id, (await two)!.Id));
    }

    [Fact]
    public async Task Batches_that_overlap_wait_for_each_other_and_ask_for_each_key_once()
    {
        var gate = new Gate(holdsAll: true);
        _registry.Sql.AfterRead = gate.PassAsync;
        var before = _registry.Sql.Count;
        using var first = _registry.New();
        using var second = _registry.New();
        using var third = _registry.New();
        var one = first.People.FindManyOrCacheAsync([1, 2]).AsTask();
        var other = second.People.FindManyOrCacheAsync([3, 2, 1]).AsTask();
        var single = third.People.FindOrCacheAsync(2).AsTask();
        gate.Open();

        Assert.Equal([1, 2], (await one.WaitAsync(Gate.Patience)).Select(static person => person.Id));
        Assert.Equal([3, 2, 1], (await other.WaitAsync(Gate.Patience)).Select(static person => person.Id));
        Assert.Equal(2, (await single.WaitAsync(Gate.Patience))!.Id);
        Assert.Equal(2, _registry.Sql.Count - before);
        Assert.Equal(3, _registry.Cache.Statistics.JoinedLoads);
    }

    [Fact]
    public async Task Who_waits_for_a_batch_that_is_cancelled_loads_for_himself()
    {
        var gate = new Gate();
        _registry.Sql.AfterRead = gate.PassAsync;
        using var cancellation = new CancellationTokenSource();
        using var first = _registry.New();
        using var second = _registry.New();
        using var third = _registry.New();
        var cancelled = first.People.FindManyOrCacheAsync([1, 2], cancellationToken: cancellation.Token).AsTask();
        var many = second.People.FindManyOrCacheAsync([2, 1]).AsTask();
        var single = third.People.FindOrCacheAsync(2).AsTask();
        await gate.Reached;
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(Gate.Patience));
        Assert.Equal([2, 1], (await many.WaitAsync(Gate.Patience)).Select(static person => person.Id));
        Assert.Equal(2, (await single.WaitAsync(Gate.Patience))!.Id);
    }

    [Fact]
    public async Task What_is_written_during_the_load_of_a_batch_is_not_stored_and_the_rest_is()
    {
        var gate = new Gate();
        _registry.Sql.AfterRead = gate.PassAsync;
        using (var db = _registry.New())
        {
            var load = db.People.FindManyOrCacheAsync([1, 2]);
            await gate.Reached;
            await _registry.CountAsync(static async other =>
            {
                (await other.People.FindAsync(2))!.Name = "changed";
                return await other.SaveChangesAsync();
            });
            gate.Open();
            Assert.Equal(2, (await load).Count);
        }

        using var later = _registry.NewForbidden();
        Assert.Equal("person 1", later.People.FindCached(1)!.Name);
        Assert.Null(later.People.FindCached(2));
    }

    public void Dispose()
    {
        _keys.Dispose();
        _registry.Dispose();
    }

    /// <summary>Two caches that share a tier.</summary>
    private sealed class Nodes : IDisposable
    {
        private readonly TestDatabase<KeysContext> _database;
        private readonly bool _splits;

        public Nodes(TestDatabase<KeysContext> database, bool splits = false)
        {
            (_database, _splits) = (database, splits);
            var store = new InMemoryRemoteStore(TimeProvider.System);
            A = FastCache.Create(options => options.UseRemoteTier(_ => new InMemoryRemoteTier(store)));
            B = FastCache.Create(options => options.UseRemoteTier(_ => new InMemoryRemoteTier(store)));
        }

        public ICache A { get; }

        public ICache B { get; }

        public async Task<T> On<T>(ICache node, Func<KeysContext, Task<T>> run)
        {
            var options = _database.ConfigurePlain().AddInterceptors(_database.Sql).UseFastOrmCache(node, static o => o.DatabaseName = "keys");
            if (_splits)
            {
                options.UseSqlite(static sqlite => sqlite.UseQuerySplittingBehavior(QuerySplittingBehavior.SplitQuery));
            }

            await using var db = new KeysContext(options.Options);
            var result = await run(db);
            await ((CacheEngine)A).Remote!.DrainAsync();
            await ((CacheEngine)B).Remote!.DrainAsync();
            return result;
        }

        public void Dispose()
        {
            A.Dispose();
            B.Dispose();
        }
    }
}
