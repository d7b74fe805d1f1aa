using FastOrm.Cache.EfCore;
using FastOrm.Cache.EfCore.Policies;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FastOrm.Cache.Tests.Unit.Policies;

/// <summary>Which entity types are cacheable, and for how long.</summary>
public sealed class EntityPolicyTests
{
    [Fact]
    public void A_type_that_says_nothing_is_not_cacheable() => Assert.Null(Of<Silent>(static _ => { }));

    [Fact]
    public void An_attribute_makes_a_type_cacheable()
    {
        var policy = Of<Attributed>(static _ => { })!;

        Assert.Equal(TimeSpan.FromSeconds(600), policy.Ttl);
        Assert.Equal(TimeSpan.FromSeconds(5), policy.EmptyTtl);
        Assert.Equal(TimeSpan.Zero, policy.StaleFor);
        Assert.Equal(Timeout.InfiniteTimeSpan, policy.QueriesTtl);
        Assert.Equal(["users", "people"], policy.Tags);
    }

    [Fact]
    public void What_is_left_out_is_decided_by_the_cache()
    {
        var policy = Of<Silent>(static model => model.Entity<Silent>().IsCacheable())!;

        Assert.Null(policy.Ttl);
        Assert.Null(policy.EmptyTtl);
        Assert.Null(policy.StaleFor);
        Assert.Null(policy.QueriesTtl);
        Assert.Empty(policy.Tags);
    }

    [Fact]
    public void The_model_makes_a_type_cacheable()
    {
        var policy = Of<Silent>(static model => model.Entity<Silent>().IsCacheable(static c => c
            .Ttl(TimeSpan.FromMinutes(1))
            .EmptyTtl(TimeSpan.FromSeconds(2))
            .StaleFor(TimeSpan.FromSeconds(3))
            .AllQueries(Timeout.InfiniteTimeSpan)
            .Tags("a")
            .Tags("b", "c")))!;

        Assert.Equal(TimeSpan.FromMinutes(1), policy.Ttl);
        Assert.Equal(TimeSpan.FromSeconds(2), policy.EmptyTtl);
        Assert.Equal(TimeSpan.FromSeconds(3), policy.StaleFor);
        Assert.Equal(Timeout.InfiniteTimeSpan, policy.QueriesTtl);
        Assert.Equal(["a", "b", "c"], policy.Tags);
    }

    [Fact]
    public void The_model_says_it_of_types_without_a_type_parameter_too()
    {
        Assert.NotNull(Of<Silent>(static model => ((EntityTypeBuilder)model.Entity<Silent>()).IsCacheable()));
        Assert.Equal(
            TimeSpan.FromMinutes(1),
            Of<Silent>(static model => ((EntityTypeBuilder)model.Entity<Silent>()).IsCacheable(static c => c.Ttl(TimeSpan.FromMinutes(1))))!.Ttl);
    }

    [Fact]
    public void What_the_model_says_replaces_the_attribute()
    {
        var policy = Of<Attributed>(static model => model.Entity<Attributed>().IsCacheable(static c => c.EmptyTtl(TimeSpan.FromSeconds(1))))!;

        Assert.Equal(TimeSpan.FromSeconds(1), policy.EmptyTtl);
        Assert.Null(policy.Ttl);
        Assert.Empty(policy.Tags);
        Assert.Null(Of<Attributed>(static model => model.Entity<Attributed>().IsCacheable(false)));
    }

    [Fact]
    public void The_last_word_of_the_model_counts()
    {
        var policy = Of<Silent>(static model =>
        {
            model.Entity<Silent>().IsCacheable(static c => c.Ttl(TimeSpan.FromMinutes(1)).Tags("a"));
            model.Entity<Silent>().IsCacheable(static c => c.StaleFor(TimeSpan.FromMinutes(2)));
        })!;

        Assert.Equal(TimeSpan.FromMinutes(2), policy.StaleFor);
        Assert.Null(policy.Ttl);
        Assert.Empty(policy.Tags);
        Assert.Null(Of<Silent>(static model => model.Entity<Silent>().IsCacheable(static c => c.Tags("a")).IsCacheable(false)));
    }

    [Fact]
    public void A_derived_type_is_what_its_base_type_is()
    {
        Assert.Equal(["animals"], Of<Dog>(Animals(static _ => { }))!.Tags);
        Assert.Equal(["base"], Of<Dog>(Animals(static model => model.Entity<Animal>().IsCacheable(static c => c.Tags("base"))))!.Tags);
        Assert.Null(Of<Dog>(Animals(static model => model.Entity<Animal>().IsCacheable(false))));
    }

    [Fact]
    public void A_derived_type_may_say_something_else()
    {
        Assert.Equal(["cats"], Of<Cat>(Animals(static _ => { }))!.Tags);
        Assert.Equal(["cats"], Of<Cat>(Animals(static model => model.Entity<Animal>().IsCacheable(false)))!.Tags);
        Assert.Null(Of<Cat>(Animals(static model => model.Entity<Cat>().IsCacheable(false))));
        Assert.Equal(["animals"], Of<Animal>(Animals(static model => model.Entity<Cat>().IsCacheable(false)))!.Tags);
    }

    [Fact]
    public void A_class_that_is_not_mapped_says_it_for_those_that_derive_from_it()
        => Assert.Equal(["unmapped"], Of<OfUnmapped>(static _ => { })!.Tags);

    [Fact]
    public void A_cacheable_entity_need_not_say_so()
    {
        Assert.NotNull(Of<Entity>(static _ => { }));
        Assert.Null(Of<Entity>(static model => model.Entity<Entity>().IsCacheable(false)));
    }

    [Fact]
    public void An_owned_type_is_what_its_owner_is()
    {
        static void Owned(ModelBuilder model) => model.Entity<Owner>().OwnsOne(static owner => owner.Attributed);

        Assert.Null(Of<Attributed>(Owned));
        Assert.NotNull(Of<Attributed>(static model =>
        {
            Owned(model);
            model.Entity<Owner>().IsCacheable();
        }));
    }

    [Fact]
    public void A_policy_is_found_once_for_a_model()
    {
        using var db = new Context(static model => model.Entity<Attributed>());
        var type = db.Model.FindEntityType(typeof(Attributed))!;

        Assert.Same(EntityPolicy.Of(type), EntityPolicy.Of(type));
    }

    [Fact]
    public void What_the_model_says_can_be_written_into_compiled_models_and_migrations()
    {
        using var db = new Context(static model => model.Entity<Silent>().IsCacheable(static c => c
            .Ttl(TimeSpan.FromMinutes(1)).Tags("a").EmptyTtl(TimeSpan.FromMinutes(1)).StaleFor(TimeSpan.Zero).AllQueries(TimeSpan.FromMinutes(1))));

        var said = db.Model.FindEntityType(typeof(Silent))!.GetAnnotations().Where(static a => a.Name.StartsWith("FastOrm", StringComparison.Ordinal));
        Assert.Equal(6, said.Count());
        Assert.All(said, static annotation => Assert.True(annotation.Value is bool or long or string[]));
    }

    [Theory]
    [InlineData(nameof(CacheableBuilder.Ttl), 0)]
    [InlineData(nameof(CacheableBuilder.EmptyTtl), 0)]
    [InlineData(nameof(CacheableBuilder.StaleFor), -5)]
    [InlineData(nameof(CacheableBuilder.AllQueries), -5)]
    public void A_time_that_is_no_time_is_an_error_that_names_the_type_and_the_rule(string rule, int seconds)
    {
        var time = TimeSpan.FromSeconds(seconds);
        var error = Assert.Throws<InvalidOperationException>(() => new ModelBuilder().Entity<Silent>().IsCacheable(c => _ = rule switch
        {
            nameof(c.Ttl) => c.Ttl(time),
            nameof(c.EmptyTtl) => c.EmptyTtl(time),
            nameof(c.StaleFor) => c.StaleFor(time),
            _ => c.AllQueries(time),
        }));

        Assert.StartsWith($"{rule} of IsCacheable of the entity type {nameof(Silent)} is ", error.Message, StringComparison.Ordinal);
        Assert.Contains("IsCacheable(false)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void So_is_a_tag_that_is_empty()
    {
        Assert.Contains(
            nameof(Silent),
            Assert.Throws<InvalidOperationException>(() => new ModelBuilder().Entity<Silent>().IsCacheable(static c => c.Tags("a", " "))).Message,
            StringComparison.Ordinal);
        Assert.Contains(nameof(EmptyTag), Assert.Throws<InvalidOperationException>(() => Of<EmptyTag>(static _ => { })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void So_is_a_number_of_seconds_that_is_none()
    {
        AssertNames<ZeroTtl>(nameof(CacheableAttribute.TtlSeconds));
        AssertNames<NegativeEmptyTtl>(nameof(CacheableAttribute.EmptyTtlSeconds));
        AssertNames<MinusInfinite>(nameof(CacheableAttribute.StaleForSeconds));
        AssertNames<NotANumber>(nameof(CacheableAttribute.AllQueriesTtlSeconds));
        AssertNames<TooLong>(nameof(CacheableAttribute.TtlSeconds));

        static void AssertNames<T>(string rule)
            where T : class
        {
            var message = Assert.Throws<InvalidOperationException>(() => Of<T>(static _ => { })).Message;
            Assert.StartsWith($"{rule} of [Cacheable] of the entity type {typeof(T).Name} is ", message, StringComparison.Ordinal);
        }
    }

    private static Action<ModelBuilder> Animals(Action<ModelBuilder> build)
        => model =>
        {
            model.Entity<Dog>();
            model.Entity<Cat>();
            build(model);
        };

    private static EntityPolicy? Of<T>(Action<ModelBuilder> build)
        where T : class
    {
        using var db = new Context(model =>
        {
            build(model);
            if (model.Model.FindEntityTypes(typeof(T)).All(static type => !type.IsOwned()))
            {
                model.Entity<T>();
            }
        });
        return EntityPolicy.Of(db.Model.GetEntityTypes().Single(static type => type.ClrType == typeof(T)));
    }

    private sealed class Context(Action<ModelBuilder> build) : DbContext
    {
        protected override void OnConfiguring(DbContextOptionsBuilder options)
            => options.UseSqlite("Data Source=:memory:").ReplaceService<IModelCacheKeyFactory, NoModelCache>();

        protected override void OnModelCreating(ModelBuilder modelBuilder) => build(modelBuilder);
    }

    private sealed class NoModelCache : IModelCacheKeyFactory
    {
        public object Create(DbContext context, bool designTime) => context;
    }

    private class WithId
    {
        public int Id { get; set; }
    }

    private sealed class Silent : WithId;

    [Cacheable(
        TtlSeconds = 600,
        EmptyTtlSeconds = 5,
        StaleForSeconds = 0,
        AllQueriesTtlSeconds = double.PositiveInfinity,
        Tags = ["users", "people"])]
    private sealed class Attributed : WithId;

    [Cacheable(Tags = ["animals"])]
    private class Animal : WithId;

    private sealed class Dog : Animal;

    [Cacheable(Tags = ["cats"])]
    private sealed class Cat : Animal;

    [Cacheable(Tags = ["unmapped"])]
    private abstract class Unmapped : WithId;

    private sealed class OfUnmapped : Unmapped;

    private sealed class Entity : CacheableEntity
    {
        public int Id { get; set; }
    }

    private sealed class Owner : WithId
    {
        public Attributed? Attributed { get; set; }
    }

    [Cacheable(Tags = [""])]
    private sealed class EmptyTag : WithId;

    [Cacheable(TtlSeconds = 0)]
    private sealed class ZeroTtl : WithId;

    [Cacheable(EmptyTtlSeconds = -1)]
    private sealed class NegativeEmptyTtl : WithId;

    [Cacheable(StaleForSeconds = -0.001)]
    private sealed class MinusInfinite : WithId;

    [Cacheable(AllQueriesTtlSeconds = double.NaN)]
    private sealed class NotANumber : WithId;

    [Cacheable(TtlSeconds = 1e300)]
    private sealed class TooLong : WithId;
}
