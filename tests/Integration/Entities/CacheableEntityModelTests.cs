using System.Text.Json;
using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;

namespace FastOrm.Cache.Tests.Integration.Entities;

/// <summary>To derive from <see cref="CacheableEntity{TSelf}"/> changes nothing but what the type can do.</summary>
public sealed class CacheableEntityModelTests : IDisposable
{
    private readonly Members _members = new();

    [Fact]
    public void The_model_gets_no_property_no_type_and_no_base_type()
    {
        using var db = _members.New();
        Assert.Equal(["Email", "Id", "Name", "Status"], Members<User>(db).Order());
        Assert.Equal(["Chip", "Discriminator", "Id", "Name"], Members<Dog>(db).Order());
        Assert.Equal(["Animal", "Chair", "Dog", "User"], db.Model.GetEntityTypes().Select(static type => type.ClrType.Name).Order());
        Assert.Null(db.Model.FindEntityType(typeof(User))!.BaseType);

        static IEnumerable<string> Members<T>(DbContext db) => db.Model.FindEntityType(typeof(T))!.GetMembers().Select(static member => member.Name);
    }

    [Fact]
    public void A_migration_to_it_is_empty()
    {
        using var before = Plain.New<Bare>();
        using var after = Plain.New<Based>();
        Assert.Empty(after.GetService<IMigrationsModelDiffer>().GetDifferences(Plain.Tables(before), Plain.Tables(after)));
        Assert.NotEmpty(after.GetService<IMigrationsModelDiffer>().GetDifferences(null, Plain.Tables(after)));
    }

    [Fact]
    public async Task Instances_are_written_and_compared_as_without_it()
    {
        await using var db = _members.New();
        var user = (await User.FindOrCacheAsync(db, 1))!;
        await using var other = _members.New();
        var same = (await User.FindOrCacheAsync(other, 1))!;

        const string Json = """{"Id":1,"Name":"user 1","Email":"u1@example.com","Status":"away"}""";
        Assert.Equal(Json, JsonSerializer.Serialize(user));
        Assert.Equal("user 1", JsonSerializer.Deserialize<User>(Json)!.Name);
        Assert.False(user.Equals(same));
        Assert.Equal(user.Id, same.Id);
    }

    public void Dispose() => _members.Dispose();

    private sealed class Bare
    {
        public int Id { get; set; }

        public string? Name { get; set; }
    }

    private sealed class Based : CacheableEntity<Based>
    {
        public int Id { get; set; }

        public string? Name { get; set; }
    }

    private sealed class Plain(DbContextOptions options, Type type) : DbContext(options)
    {
        public static Plain New<T>()
            => new(
                TestOptions.New().UseSqlite("Data Source=:memory:").ReplaceService<IModelCacheKeyFactory, ByType>().Options, typeof(T));

        public static IRelationalModel Tables(DbContext db) => db.GetService<IDesignTimeModel>().Model.GetRelationalModel();

        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity(type).ToTable("Things");

        private sealed class ByType : IModelCacheKeyFactory
        {
            public object Create(DbContext context, bool designTime) => (((Plain)context).Entity, designTime);
        }

        private Type Entity => type;
    }
}
