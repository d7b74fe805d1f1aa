using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Entities;

/// <summary>An entity is found by what the model says is unique, and by nothing else.</summary>
public abstract class FindOrCacheByTests(Provider provider) : IDisposable
{
    private readonly Registry _registry = new(provider);

    public sealed class OnSqlite() : FindOrCacheByTests(Provider.Sqlite);

    public sealed class OnPostgres() : FindOrCacheByTests(Provider.PostgreSql);

    [Fact]
    public async Task A_unique_index_leads_to_the_entity()
        => Assert.Equal(8, (await _registry.HitAsync(static db => db.People.FindOrCacheByAsync(p => p.Email, "p8@example.com").AsTask()))!.Id);

    [Fact]
    public async Task An_alternate_key_leads_to_the_entity_and_to_one_that_is_tracked()
    {
        Assert.Equal(8, (await _registry.HitAsync(static db => db.People.FindOrCacheByAsync(p => p.Number, 1008).AsTask()))!.Id);
        using var db = _registry.NewForbidden();
        var added = db.People.Add(new Person { Id = 99, Name = "added", Email = "a", Number = 99 }).Entity;
        Assert.Same(added, db.People.FindOrCacheBy(p => p.Number, 99));
    }

    [Fact]
    public async Task Several_properties_are_named_in_any_order()
    {
        var country = await _registry.HitAsync(static db
            => db.Countries.FindOrCacheByAsync(c => new { c.Name, c.Iso }, new { Name = "name of FR", Iso = 'F' }).AsTask());
        Assert.Equal("FR", country!.Code);
        using var db = _registry.NewForbidden();
        Assert.Equal("FR", db.Countries.FindOrCacheBy(c => new { c.Iso, c.Name }, new { Iso = 'F', Name = "name of FR" })!.Code);
    }

    [Fact]
    public async Task The_primary_key_may_be_named_too_and_shares_its_entries()
    {
        await _registry.HitAsync(static db => db.People.FindOrCacheAsync(3).AsTask());
        using var db = _registry.NewForbidden();
        Assert.Equal("person 3", (await db.People.FindOrCacheByAsync(p => p.Id, 3))!.Name);
    }

    [Fact]
    public async Task A_row_that_gets_another_value_is_found_by_that_and_no_longer_by_the_old_one()
    {
        await _registry.HitAsync(static db => db.People.FindOrCacheByAsync(p => p.Email, "p8@example.com").AsTask());
        Assert.Null(await _registry.HitAsync(static db => db.People.FindOrCacheByAsync(p => p.Email, "new@example.com").AsTask()));
        await _registry.CountAsync(static async db =>
        {
            (await db.People.FindOrCacheAsync(8))!.Email = "new@example.com";
            return await db.SaveChangesAsync();
        });

        Assert.Null(await _registry.HitAsync(static db => db.People.FindOrCacheByAsync(p => p.Email, "p8@example.com").AsTask()));
        Assert.Equal(8, (await _registry.HitAsync(static db => db.People.FindOrCacheByAsync(p => p.Email, "new@example.com").AsTask()))!.Id);
    }

    [Fact]
    public void What_is_not_unique_is_refused_with_the_remedy()
    {
        using var db = _registry.NewForbidden();
        Assert.Contains("Person has no key and no unique index of Name", Refused(() => db.People.FindOrCacheBy(p => p.Name, "x")), StringComparison.Ordinal);
        Assert.Contains("IsUnique", Refused(() => db.Countries.FindOrCacheBy(c => c.Iso, 'D')), StringComparison.Ordinal);
        Assert.Contains("x => x.Sku", Refused(() => db.People.FindOrCacheBy(p => p.Name.Length, 3)), StringComparison.Ordinal);
        Assert.Contains("Person.Email is null", Refused(() => db.People.FindOrCacheBy(p => p.Email, null!)), StringComparison.Ordinal);
        Assert.Contains("Address is not a property", Refused(() => db.People.FindOrCacheBy(p => p.Address, null)), StringComparison.Ordinal);

        static string Refused(Func<object?> call) => Assert.ThrowsAny<Exception>(call).Message;
    }

    public void Dispose()
    {
        _registry.Dispose();
        GC.SuppressFinalize(this);
    }
}
