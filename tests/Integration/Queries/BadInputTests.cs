using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>What cannot be meant is refused at the call, before anything runs.</summary>
public sealed class BadInputTests : IDisposable
{
    private static readonly Dictionary<string, Action<IQueryable<Product>>> Calls = new(StringComparer.Ordinal)
    {
        ["zero time"] = q => q.Remember(TimeSpan.Zero),
        ["negative time"] = q => q.Remember(TimeSpan.FromSeconds(-1)),
        ["negative time, named"] = q => q.Remember("x", TimeSpan.FromTicks(-1)),
        ["zero time, fresh"] = q => q.RememberFresh(TimeSpan.Zero),
        ["zero time, fresh and named"] = q => q.RememberFresh("x", TimeSpan.Zero),
        ["zero time in options"] = q => q.Remember(new RememberOptions { Ttl = TimeSpan.Zero }),
        ["null tags"] = q => q.Remember(Proof.Minute, (string[])null!),
        ["null tag"] = q => q.Remember(Proof.Minute, "a", null!),
        ["empty tag"] = q => q.Remember(Proof.Minute, ""),
        ["blank tag"] = q => q.Remember(Proof.Minute, " \t"),
        ["blank tag, named"] = q => q.Remember("x", Proof.Minute, " "),
        ["blank tag, for ever"] = q => q.RememberForever("a", " "),
        ["blank tag, fresh"] = q => q.RememberFresh(Proof.Minute, " "),
        ["blank tag in options"] = q => q.Remember(new RememberOptions { Tags = [" "] }),
        ["null tags in options"] = q => q.Remember(new RememberOptions { Tags = null! }),
        ["null key"] = q => q.Remember((string)null!, Proof.Minute),
        ["empty key"] = q => q.Remember("", Proof.Minute),
        ["blank key"] = q => q.Remember("  ", Proof.Minute),
        ["blank key, fresh"] = q => q.RememberFresh("  ", Proof.Minute),
        ["blank key in options"] = q => q.Remember(new RememberOptions { Key = " " }),
        ["null options"] = q => q.Remember((RememberOptions)null!),
        ["null source"] = _ => ((IQueryable<Product>)null!).Remember(),
        ["null source of a list"] = _ => ((IQueryable<Product>)null!).Remember(Proof.Minute, "a"),
        ["null source to forget"] = _ => ((IQueryable<Product>)null!).Forget(),
        ["null source to flush"] = _ => ((IQueryable<Product>)null!).Flush(),
        ["blank tag to flush"] = q => q.Flush("a", " "),
        ["null tag to flush"] = q => q.Flush("a", null!),
        ["null tags to flush"] = q => q.Flush(null!),
    };

    private static readonly Dictionary<string, Func<ShopContext, Task>> AsyncCalls = new(StringComparer.Ordinal)
    {
        ["blank key to forget"] = db => db.ForgetAsync("a", " "),
        ["null key to forget"] = db => db.ForgetAsync(null!, "a"),
        ["null keys to forget"] = db => db.ForgetAsync(null!),
        ["blank tag to flush"] = db => db.FlushAsync("a", " "),
        ["null tags to flush"] = db => db.FlushAsync(null!),
        ["blank table to flush"] = db => db.FlushTablesAsync("products", " "),
        ["null tables to flush"] = db => db.FlushTablesAsync(null!),
        ["blank tag of a query to flush"] = db => db.Products.FlushAsync(" "),
    };

    private readonly TestShop _shop = new();

    public static TheoryData<string> Names => [.. Calls.Keys];

    public static TheoryData<string> AsyncNames => [.. AsyncCalls.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_bad_argument_is_refused_at_the_call(string name)
    {
        using var db = _shop.NewForbidden();

        var error = Assert.ThrowsAny<ArgumentException>(() => Calls[name](db.Products));

        Assert.NotNull(error.ParamName);
    }

    [Theory]
    [MemberData(nameof(AsyncNames))]
    public async Task A_bad_argument_of_an_async_call_is_refused(string name)
    {
        await using var db = _shop.NewForbidden();

        await Assert.ThrowsAnyAsync<ArgumentException>(() => AsyncCalls[name](db));
    }

    [Fact]
    public void A_refused_flush_has_flushed_nothing()
    {
        _shop.Count(db => db.Products.Remember(Proof.Minute, "a").Count());
        using (var db = _shop.New())
        {
            Assert.ThrowsAny<ArgumentException>(() => db.Products.Flush("a", " "));
        }

        Assert.Equal(0, _shop.Commands(db => db.Products.Remember(Proof.Minute, "a").Count()));
    }

    [Fact]
    public void A_refused_time_says_what_to_do_instead()
    {
        using var db = _shop.New();

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => db.Products.Remember(TimeSpan.Zero));

        Assert.Contains("do not call Remember", error.Message, StringComparison.Ordinal);
        Assert.Equal("ttl", error.ParamName);
    }

    [Fact]
    public void The_tags_of_options_cannot_be_changed_afterwards()
    {
        var tags = new List<string> { "a" };
        var options = new RememberOptions { Tags = tags, Ttl = Proof.Minute };
        tags[0] = " ";

        Assert.Equal(["a"], options.Tags);
    }

    public void Dispose() => _shop.Dispose();
}
