using FastOrm.Cache.Tests.Unit.Values;

namespace FastOrm.Cache.Tests.Unit.Functions;

/// <summary>Tags of functions.</summary>
public sealed class FunctionTagTests : IDisposable
{
    private readonly CacheLab _lab = new();

    [Theory]
    [InlineData("a:{0}")]
    [InlineData("a:{left}")]
    public async Task A_tag_names_arguments_by_position_and_by_name(string tag)
    {
        var add = _lab.Cache.Function((int left, int right) => _lab.Load(), o => o.Tags(tag));
        add.Invoke(5, 6);
        add.Invoke(5, 7);
        add.Invoke(6, 5);

        await add.InvalidateTagAsync("a:5");

        Assert.Equal((4, 5, 3), (add.Invoke(5, 6), add.Invoke(5, 7), add.Invoke(6, 5)));
        add.InvalidateTag("a:6");
        Assert.Equal((4, 6), (add.Invoke(5, 6), add.Invoke(6, 5)));
    }

    [Fact]
    public void A_tag_without_arguments_takes_the_values_of_all_of_them()
    {
        var add = _lab.Cache.Function((int a, int b) => _lab.Load(), static o => o.Tags("sums"));
        Assert.Equal((1, 2, 1), (add.Invoke(5, 6), add.Invoke(7, 8), add.Invoke(5, 6)));

        add.InvalidateTag("sums");
        Assert.Equal((3, 4), (add.Invoke(5, 6), add.Invoke(7, 8)));
    }

    [Fact]
    public async Task The_tags_of_a_function_are_neither_those_of_another_nor_those_of_the_cache()
    {
        var one = _lab.Cache.Function((int a) => _lab.Load(), static o => o.Tags("a:{0}"));
        var other = _lab.Cache.Function((int a) => _lab.Load() + 10, static o => o.Tags("a:{0}"));
        one.Invoke(5);
        other.Invoke(5);
        _lab.Cache.Set("k", 3, new CacheEntryOptions { Tags = ["a:5"] });

        await _lab.Cache.FlushAsync("a:5", "a");
        Assert.False(_lab.Cache.TryGet<int>("k").IsCached);
        Assert.Equal((1, 12), (one.Invoke(5), other.Invoke(5)));
        _lab.Cache.Set("k", 3, new CacheEntryOptions { Tags = ["a:5"] });
        await one.InvalidateTagAsync("a:5");
        Assert.Equal((3, 12, 3), (one.Invoke(5), other.Invoke(5), _lab.Cache.Get<int>("k")));
    }

    [Fact]
    public async Task Tags_of_the_cache_reach_all_functions()
    {
        var one = _lab.Cache.Function((int userId) => _lab.Load(), static o => o.CacheTags("user:{userId}"));
        var other = _lab.Cache.Function((string a, int id) => _lab.Load() + 10, static o => o.CacheTags("user:{id}"));
        one.Invoke(5);
        one.Invoke(6);
        other.Invoke("x", 5);

        await _lab.Cache.FlushAsync("user:5");

        Assert.Equal((4, 2, 15), (one.Invoke(5), one.Invoke(6), other.Invoke("x", 5)));
    }

    [Fact]
    public async Task A_tag_has_the_text_of_the_argument_as_it_is_and_colons_in_it_make_a_hierarchy()
    {
        var function = _lab.Cache.Function((string? a) => _lab.Load(), static o => o.Tags("in:{a}!"));
        function.Invoke(@"x:y,[z]\|");
        function.Invoke(null);

        await function.InvalidateTagAsync("in:!");
        Assert.Equal((1, 3), (function.Invoke(@"x:y,[z]\|"), function.Invoke(null)));
        await function.InvalidateTagAsync(@"in:x:y,[z]\|!");
        Assert.Equal(4, function.Invoke(@"x:y,[z]\|"));
        await function.InvalidateTagAsync("in:x");
        Assert.Equal(5, function.Invoke(@"x:y,[z]\|"));
    }

    [Theory]
    [InlineData("a:{2}")]
    [InlineData("a:{c}")]
    [InlineData("a:{}")]
    [InlineData("a:{b")]
    [InlineData("a:}{b}")]
    [InlineData("a:{token}")]
    [InlineData(" ")]
    public void A_tag_that_names_no_parameter_is_refused_when_the_function_is_made(string tag)
    {
        var error = Assert.ThrowsAny<ArgumentException>(
            () => _lab.Cache.Function((int a, int b, CancellationToken token) => 1, o => o.Tags(tag)));
        Assert.Contains("function", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_blank_tag_is_refused()
        => Assert.Throws<ArgumentException>(() => _lab.Cache.Function((int a) => 1).InvalidateTag(" "));

    public void Dispose() => _lab.Dispose();
}
