namespace FastOrm.Cache.Tests.Unit.Keys;

public sealed class CacheKeyTests
{
    public static TheoryData<object?[], object?[]> Pairs { get; } = new()
    {
        { ["a:", "b"], ["a", ":b"] },
        { ["a", "b"], ["a:b"] },
        { [@"a\", "b"], [@"a\:b"] },
        { [null], [@"\0"] },
        { [null, 1], ["", 1] },
        { [Array.Empty<string>()], [new[] { "" }] },
        { [new[] { "a,", "b" }], [new[] { "a", ",b" }] },
        { [new[] { "," }], [new[] { "", "", "" }] },
        { [new[] { "" }], [new string?[] { null }] },
        { [new[] { "a" }], ["[a]"] },
        { [new[] { new[] { 1 }, [2] }], [new[] { new[] { 1, 2 } }] },
        { [new TimeOnly(1, 2, 3)], [new TimeOnly(1, 2, 4)] },
        { [new DateTime(1, DateTimeKind.Utc)], [new DateTime(1, DateTimeKind.Local)] },
        { [new string('a', 2000)], [new string('a', 2001)] },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Different_parts_make_different_keys(object?[] one, object?[] other)
        => Assert.NotEqual(CacheKey.Of(one), CacheKey.Of(other));

    [Fact]
    public void Keys_can_be_read()
        => Assert.Equal(
            @"user:42:1.5:2024-01-31:[a,b]:12\:30\:00:Friday:True",
            CacheKey.Of(
                "user", 42, 1.5, new DateOnly(2024, 1, 31), new[] { "a", "b" }, new TimeSpan(12, 30, 0), DayOfWeek.Friday, true));

    [Fact]
    public void Parts_that_do_not_say_what_they_are_worth_are_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => CacheKey.Of(new object()));
        Assert.Contains("Give the values", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => CacheKey.Of(new[,] { { 1 } }));
        Assert.Throws<ArgumentException>(() => CacheKey.Of());
    }
}
