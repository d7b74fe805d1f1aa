using System.Globalization;

namespace FastOrm.Cache.Tests.Unit.Values;

public sealed class CacheKeyTests
{
    [Fact]
    public void The_parts_are_joined_by_colons()
    {
        Assert.Equal("val:42", CacheKey.Of("val", 42));
        Assert.Equal("users:page:1:size:20", CacheKey.Of("users", "page", 1, "size", 20));
        Assert.Equal("a:[1,2]", CacheKey.Of("a", new[] { 1, 2 }));
        Assert.Equal("d:Friday:True", CacheKey.Of("d", DayOfWeek.Friday, true));
    }

    [Fact]
    public void Parts_of_different_texts_make_different_keys()
    {
        object?[][] parts =
        [
            ["a", "b"], ["a:b"], ["a", null], ["a", ""], ["a"], ["a", ":b"], ["a:", "b"], ["a", new[] { "x", "y" }], ["a", new[] { "x,y" }],
        ];

        Assert.Equal(parts.Length, parts.Select(static p => CacheKey.Of(p)).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void The_culture_makes_no_difference()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            culture.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = culture;
            Assert.Equal("v:1.5:2.5:1234", CacheKey.Of("v", 1.5, 2.5m, 1234));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_long_key_is_shortened_and_stays_unique()
    {
        var (one, other) = (CacheKey.Of(new string('x', 5000), 1), CacheKey.Of(new string('x', 5000), 2));

        Assert.NotEqual(one, other);
        Assert.InRange(one.Length, 64, CacheKey.MaxLength);
        Assert.Equal(one, CacheKey.Of(new string('x', 5000), 1));
    }

    [Fact]
    public void Parts_that_do_not_say_what_they_are_worth_are_refused()
    {
        Assert.Throws<ArgumentException>(() => CacheKey.Of());
        Assert.Throws<ArgumentException>(() => CacheKey.Of("a", new object()));
        Assert.Throws<ArgumentException>(() => CacheKey.Of("a", new List<object> { new() }));
    }
}
