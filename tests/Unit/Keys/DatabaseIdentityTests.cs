using FastOrm.Cache.EfCore.Keys;
using Microsoft.Data.Sqlite;

namespace FastOrm.Cache.Tests.Unit.Keys;

public sealed class DatabaseIdentityTests
{
    private const string Sqlite = "Microsoft.EntityFrameworkCore.Sqlite";
    private const string Postgres = "Npgsql.EntityFrameworkCore.PostgreSQL";
    private const string Base = "Host=db;Database=shop;Username=app;Password=secret";

    [Theory]
    [InlineData("Host=db;Database=shop;Username=app;Password=other")]
    [InlineData("Host=db;Database=shop;Username=app")]
    [InlineData("host=db;DATABASE=shop;username=app;password=secret")]
    [InlineData("Username=app;Database=shop;Host=db;Password=secret;")]
    [InlineData(Base + ";Pooling=false")]
    [InlineData(Base + ";Minimum Pool Size=1;Maximum Pool Size=50;Connection Lifetime=9")]
    [InlineData(Base + ";Timeout=3;Command Timeout=7;Application Name=web;Keepalive=5")]
    public void Passwords_pooling_time_limits_and_the_order_of_words_do_not_matter(string other)
        => Assert.Equal(Of(Base), Of(other));

    [Theory]
    [InlineData("Host=db;Database=shop;Username=admin;Password=secret")]
    [InlineData(Base + ";Search Path=other")]
    [InlineData("Host=replica;Database=shop;Username=app;Password=secret")]
    public void Another_user_search_path_or_host_has_other_keys_and_the_same_tags(string other)
    {
        Assert.NotEqual(Of(Base).Key, Of(other).Key);
        Assert.Equal(Of(Base).Tag, Of(other).Tag);
    }

    [Fact]
    public void Another_database_or_provider_has_other_keys_and_tags()
    {
        var other = Of(Base.Replace("shop", "stock", StringComparison.Ordinal));
        var provider = DatabaseIdentity.Of("Another.Provider", Base, null);

        Assert.Equal(3, new[] { Of(Base).Key, other.Key, provider.Key }.Distinct().Count());
        Assert.Equal(3, new[] { Of(Base).Tag, other.Tag, provider.Tag }.Distinct().Count());
    }

    [Fact]
    public void A_value_cannot_pass_for_two_words()
        => Assert.NotEqual(
            Of("Host=db;Database=\"shop;username=app\"").Key,
            Of("Host=db;Database=shop;Username=app").Key);

    [Theory]
    [InlineData("Server=db;DB=shop;UID=app;PSW=secret")]
    [InlineData("Host=db;Username=shop")]
    [InlineData("Host=db;User Id=SHOP")]
    public void A_database_of_PostgreSQL_is_known_in_every_spelling_also_by_its_user(string other)
        => Assert.Equal(Of(Base).Tag, Of(other).Tag);

    [Fact]
    public void A_name_is_the_database_for_invalidation_and_part_of_the_key()
    {
        var named = DatabaseIdentity.Of(Postgres, Base, "main");
        var alias = DatabaseIdentity.Of(Postgres, "Host=pooler;Database=alias;Username=app", "main");

        Assert.Equal(named.Tag, alias.Tag);
        Assert.NotEqual(named.Key, alias.Key);
        Assert.NotEqual(named.Key, Of(Base).Key);
        Assert.NotEqual(named.Tag, Of(Base).Tag);
    }

    [Fact]
    public void A_connection_string_of_an_unknown_form_is_taken_as_it_is()
    {
        Assert.Equal(Of("no words at all"), Of("no words at all"));
        Assert.NotEqual(Of("no words at all"), Of("other words"));
        Assert.Equal(Of(null), Of(null));
    }

    [Theory]
    [InlineData("Data Source=shop.db", "Data Source=./shop.db")]
    [InlineData("Data Source=shop.db", "DataSource=shop.db;Cache=Shared")]
    [InlineData("Data Source=shop.db", "Filename=folder/../shop.db")]
    [InlineData("Data Source=/data/shop.db", "Data Source=/data/x/../shop.db;Mode=ReadOnly")]
    [InlineData("Data Source=/data/shop.db", "Data Source=file:/data/shop.db")]
    [InlineData("Data Source=/data/shop.db", "Data Source=file:///data/shop.db?cache=private")]
    public void A_SQLite_file_is_known_for_invalidation_by_its_full_path(string one, string other)
        => Assert.Equal(Lite(one).Tag, Lite(other).Tag);

    [Fact]
    public void Another_SQLite_file_is_another_database()
        => Assert.Equal(
            4,
            new[] { "a.db", "b.db", "/tmp/a.db", "a.db2" }.Select(static file => Lite($"Data Source={file}").Tag).Distinct().Count());

    [Theory]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=")]
    [InlineData("Data Source=m1;Mode=Memory")]
    [InlineData("Data Source=file:m2?mode=memory")]
    [InlineData("Data Source=file::memory:")]
    [InlineData("Data Source=:memory:;Cache=Shared")]
    [InlineData("Data Source=m3;Mode=Memory;Cache=Shared")]
    [InlineData("Data Source=file:m4?mode=memory&cache=shared")]
    [InlineData("Data Source=file::memory:?cache=shared")]
    [InlineData("Data Source=:memory:;Mode=Memory;Cache=Shared")]
    public void A_private_database_in_memory_is_told_from_a_shared_one(string connectionString)
    {
        using var one = new SqliteConnection(connectionString + ";Pooling=False");
        using var other = new SqliteConnection(connectionString + ";Pooling=False");
        one.Open();
        other.Open();
        Execute(one, "CREATE TABLE T (Id INTEGER)");
        var isShared = Execute(other, "SELECT COUNT(*) FROM sqlite_master") > 0;

        Assert.Equal(!isShared, DatabaseIdentity.IsPrivate(Sqlite, connectionString));
    }

    [Fact]
    public void A_file_is_not_private()
    {
        Assert.False(DatabaseIdentity.IsPrivate(Sqlite, "Data Source=shop.db"));
        Assert.False(DatabaseIdentity.IsPrivate(Sqlite, "Data Source=shop.db;Cache=Shared"));
        Assert.False(DatabaseIdentity.IsPrivate(Sqlite, "Data Source=:MEMORY:")); // To SQLite the name of a file.
    }

    [Fact]
    public void A_value_cannot_pass_for_two_parts_of_the_connection_string()
        => Assert.NotEqual(Of("Database='a;host=h'").Key, Of("Host=h;Database=a").Key);

    [Fact]
    public void Other_providers_have_no_private_databases()
        => Assert.False(DatabaseIdentity.IsPrivate(Postgres, "Data Source=:memory:"));

    [Fact]
    public void Each_private_database_is_one_of_its_own()
    {
        Assert.NotEqual(DatabaseIdentity.Private(Sqlite, 1), DatabaseIdentity.Private(Sqlite, 2));
        Assert.NotEqual(DatabaseIdentity.Private(Sqlite, 1).Tag, DatabaseIdentity.Private(Sqlite, 2).Tag);
        Assert.NotEqual(DatabaseIdentity.Private(Sqlite, 1).Key, Lite("Data Source=:memory:").Key);
    }

    [Fact]
    public void Shared_databases_in_memory_are_known_by_their_names()
        => Assert.NotEqual(Lite("Data Source=a;Mode=Memory;Cache=Shared").Tag, Lite("Data Source=b;Mode=Memory;Cache=Shared").Tag);

    private static long Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() as long? ?? 0;
    }

    private static DatabaseIdentity Of(string? connectionString) => DatabaseIdentity.Of(Postgres, connectionString, null);

    private static DatabaseIdentity Lite(string connectionString) => DatabaseIdentity.Of(Sqlite, connectionString, null);
}
