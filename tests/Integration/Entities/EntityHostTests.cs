using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FastOrm.Cache.Tests.Integration.Entities;

/// <summary>For how long the contexts of an application serve calls that name none, and what is said where there is none or there are several.</summary>
public sealed class EntityHostTests
{
    [Fact]
    public async Task A_host_serves_from_its_start_until_its_services_are_disposed_of()
    {
        using var hotel = new Hotel();
        using (var host = hotel.NewHost(static services => services.AddHostedService<AsksAtStart>().AddCacheableEntities<HotelContext>()))
        {
            await RefusedAsync();
            await host.StartAsync();
            Assert.Equal("guest 1", host.Services.GetServices<IHostedService>().OfType<AsksAtStart>().Single().Found);
            Assert.Equal("guest 2", (await Guest.FindOrCacheAsync(2))!.Name);
            await host.StopAsync();
            Assert.Equal("guest 2", (await Guest.FindOrCacheAsync(2))!.Name);
        }

        await RefusedAsync();
        using var next = hotel.NewHost(static services => services.AddCacheableEntities<HotelContext>());
        await next.StartAsync();
        Assert.Equal("guest 2", (await Guest.FindOrCacheAsync(2))!.Name);

        static async Task RefusedAsync()
            => Assert.Contains("AddCacheableEntities", (await NotFoundAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_hosts_with_one_context_are_told_apart_or_refused()
    {
        using var hotel = new Hotel();
        using var first = hotel.NewHost(static services => services.AddCacheableEntities<HotelContext>());
        using var second = hotel.NewHost(static services => services.AddCacheableEntities<HotelContext>());
        await Task.WhenAll(first.StartAsync(), second.StartAsync());

        var error = await NotFoundAsync();
        Assert.Contains("several service providers of this process have a HotelContext", error.Message, StringComparison.Ordinal);
        Assert.Contains("UseCacheableEntities()", error.Message, StringComparison.Ordinal);
        first.Services.UseCacheableEntities();
        Assert.NotNull(await Guest.FindOrCacheAsync(1));
    }

    [Fact]
    public async Task Two_contexts_with_one_entity_type_are_refused_with_both_names()
    {
        using var hotel = new Hotel();
        using var host = hotel.NewHost(static services => services.AddCacheableEntities<HotelContext>().AddCacheableEntities<AnnexContext>());
        await host.StartAsync();

        var error = await NotFoundAsync();
        Assert.Contains("HotelContext and of AnnexContext", error.Message, StringComparison.Ordinal);
        Assert.Contains("Guest.FindOrCacheAsync(db, key)", error.Message, StringComparison.Ordinal);
        Assert.Equal("porter 1", (await Porter.FindOrCacheAsync(1))!.Name);
    }

    [Fact]
    public async Task A_context_that_cannot_be_made_fails_only_calls_that_may_mean_it()
    {
        using var hotel = new Hotel();
        var factory = new FailingFactory(hotel);
        using var host = hotel.NewHost(services => services
            .AddSingleton<IDbContextFactory<StationContext>>(factory)
            .AddCacheableEntities<StationContext>().AddCacheableEntities<HotelContext>().AddCacheableEntities<AnnexContext>());
        await host.StartAsync();

        Assert.Equal("porter 1", (await Porter.FindOrCacheAsync(1))!.Name);
        foreach (var call in new Func<Task>[] { static () => Guest.FindOrCacheAsync(1).AsTask(), static () => Train.FindOrCacheAsync(1).AsTask() })
        {
            var error = await Assert.ThrowsAsync<InvalidOperationException>(call);
            Assert.Contains("StationContext, of which none can be made: no connection string.", error.Message, StringComparison.Ordinal);
            Assert.Contains("FindOrCacheAsync(db, key)", error.Message, StringComparison.Ordinal);
            Assert.IsType<NotSupportedException>(error.InnerException);
        }

        factory.IsRepaired = true;
        var refused = await NotFoundAsync();
        Assert.Contains("HotelContext", refused.Message, StringComparison.Ordinal);
        Assert.Contains("StationContext", refused.Message, StringComparison.Ordinal);
        Assert.Equal("porter 1", (await Porter.FindOrCacheAsync(1))!.Name);
    }

    [Fact]
    public async Task Registering_a_context_twice_is_registering_it_once()
    {
        using var hotel = new Hotel();
        using var host = hotel.NewHost(static services => services.AddCacheableEntities<HotelContext>().AddCacheableEntities<HotelContext>());
        await host.StartAsync();
        host.Services.UseCacheableEntities();
        Assert.NotNull(await Guest.FindOrCacheAsync(1));
    }

    [Fact]
    public async Task A_context_without_a_factory_is_refused_at_the_start()
    {
        using var host = Host.CreateEmptyApplicationBuilder(null).With(static services => services.AddCacheableEntities<HotelContext>());
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());
        Assert.Contains("AddDbContextFactory<HotelContext>", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Services_without_a_context_are_refused()
    {
        using var services = new ServiceCollection().BuildServiceProvider();
        var error = Assert.Throws<InvalidOperationException>(services.UseCacheableEntities);
        Assert.Contains("AddCacheableEntities<TContext>()", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_context_the_error_says_how_to_register_one()
    {
        foreach (var call in new Func<Task>[]
        {
            static () => Stranger.FindOrCacheAsync(1).AsTask(),
            static () => Stranger.FlushCacheAsync(),
            static () => new Stranger().ForgetInstanceCacheAsync(),
        })
        {
            var error = await Assert.ThrowsAsync<InvalidOperationException>(call);
            Assert.StartsWith("Stranger is asked for without a context", error.Message, StringComparison.Ordinal);
            Assert.Contains("services.AddDbContextFactory<TContext>(…)", error.Message, StringComparison.Ordinal);
            Assert.Contains("services.AddCacheableEntities<TContext>()", error.Message, StringComparison.Ordinal);
        }
    }

    private static Task<InvalidOperationException> NotFoundAsync()
        => Assert.ThrowsAsync<InvalidOperationException>(static () => Guest.FindOrCacheAsync(2).AsTask());

    private sealed class Hotel()
        : TestDatabase<AnnexContext>(static options => new AnnexContext(options), AnnexContext.Seed)
    {
        public IHost NewHost(Action<IServiceCollection> configure)
            => Host.CreateEmptyApplicationBuilder(null).With(services =>
            {
                services.AddDbContextFactory<HotelContext>(Use).AddPooledDbContextFactory<AnnexContext>(Use);
                configure(services);
            });

        private void Use(DbContextOptionsBuilder options) => options.AllowManySetups().UseSqlite(ConnectionString).UseFastOrmCache(Cache);
    }

    private sealed class AsksAtStart : IHostedService
    {
        public string? Found { get; private set; }

        public async Task StartAsync(CancellationToken cancellationToken)
            => Found = (await Guest.FindOrCacheAsync(1, cancellationToken: cancellationToken))!.Name;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class HotelContext(DbContextOptions<HotelContext> options) : DbContext(options)
    {
        public DbSet<Guest> Guests => Set<Guest>();
    }

    private sealed class StationContext(DbContextOptions options) : DbContext(options)
    {
        public DbSet<Guest> Guests => Set<Guest>();

        public DbSet<Train> Trains => Set<Train>();
    }

    private sealed class FailingFactory(Hotel hotel) : IDbContextFactory<StationContext>
    {
        public bool IsRepaired { get; set; }

        public StationContext CreateDbContext()
            => IsRepaired ? new StationContext(hotel.Options) : throw new NotSupportedException("no connection string.");
    }

    private sealed class AnnexContext(DbContextOptions options) : DbContext(options)
    {
        public DbSet<Guest> Guests => Set<Guest>();

        public DbSet<Porter> Porters => Set<Porter>();

        public static void Seed(AnnexContext db)
        {
            db.AddRange(new Guest { Id = 1, Name = "guest 1" }, new Guest { Id = 2, Name = "guest 2" }, new Porter { Id = 1, Name = "porter 1" });
            db.SaveChanges();
        }
    }

    private sealed class Guest : CacheableEntity<Guest>
    {
        public int Id { get; set; }

        public string? Name { get; set; }
    }

    private sealed class Porter : CacheableEntity<Porter>
    {
        public int Id { get; set; }

        public string? Name { get; set; }
    }

    private sealed class Train : CacheableEntity<Train>
    {
        public int Id { get; set; }
    }

    private sealed class Stranger : CacheableEntity<Stranger>;
}

internal static class HostBuilding
{
    public static IHost With(this HostApplicationBuilder builder, Action<IServiceCollection> configure)
    {
        configure(builder.Services);
        return builder.Build();
    }
}
