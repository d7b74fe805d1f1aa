using FastOrm.Cache.EfCore;

namespace FastOrm.Cache.Tests.Integration.Entities;

/// <summary>What a write to one entity leaves of the others, by the kind of key: the table in docs/entities.md.</summary>
public sealed class WritesToOthersTests : IDisposable
{
    private readonly Registry _registry = new();

    [Fact]
    public Task Whole_numbers_leave_the_others()
        => LeavesAsync(1, static db => db.People.FindOrCacheAsync(1).AsTask(), static db => db.People.Find(2)!.Name = "changed");

    [Fact]
    public Task Ids_of_ones_own_leave_the_others()
        => LeavesAsync(
            1,
            static db => db.Customers.FindOrCacheAsync(new CustomerId(1)).AsTask(),
            static db => db.Customers.Find(new CustomerId(2))!.Name = "changed");

    [Fact]
    public Task Guids_leave_the_others()
        => LeavesAsync(
            1,
            static db => db.Parcels.FindOrCacheAsync(new Guid(1, 0, 0, new byte[8])).AsTask(),
            static db => db.Parcels.Find(new Guid(2, 0, 0, new byte[8]))!.Content = "changed");

    [Fact]
    public Task Several_whole_numbers_leave_the_others()
        => LeavesAsync(1, static db => db.Seats.FindOrCacheAsync((1, 1)).AsTask(), static db => db.Seats.Find(1, 2)!.Guest = "changed");

    [Fact]
    public Task A_unique_whole_number_leaves_the_others()
        => LeavesAsync(
            1, static db => db.People.FindOrCacheByAsync(p => p.Number, 1001).AsTask(), static db => db.People.Find(2)!.Name = "changed");

    [Fact]
    public Task A_text_is_dropped_with_the_others()
        => LeavesAsync(0, static db => db.Countries.FindOrCacheAsync("DE").AsTask(), static db => db.Remove(db.Countries.Find("FR")!));

    [Fact]
    public Task A_unique_text_is_dropped_with_the_others()
        => LeavesAsync(
            0,
            static db => db.People.FindOrCacheByAsync(p => p.Email, "p1@example.com").AsTask(),
            static db => db.People.Find(2)!.Name = "changed");

    [Fact]
    public Task What_is_read_from_another_table_with_an_entity_drops_it()
        => LeavesAsync(
            0, static db => db.Ships.FindOrCacheAsync(3).AsTask(), static db => db.Ships.Find(5)!.Decks.Add(new Deck { Level = 9 }));

    public void Dispose() => _registry.Dispose();

    private async Task LeavesAsync<T>(int entries, Func<RegistryContext, Task<T>> find, Action<RegistryContext> changeAnother)
    {
        await _registry.HitAsync(find);
        await _registry.CountAsync(db =>
        {
            changeAnother(db);
            return db.SaveChangesAsync();
        });
        Assert.Equal(1 - entries, (await _registry.CountAsync(find)).Commands);
    }
}
