using FastOrm.Cache.Tests.Unit.Values;

namespace FastOrm.Cache.Tests.Unit.Functions;

/// <summary>The names and keys of functions.</summary>
public sealed class FunctionKeyTests : IDisposable
{
    private const string Here = "FastOrm.Cache.Tests.Unit.Functions.FunctionKeyTests";

    private readonly CacheLab _lab = new();

    private ICache Cache => _lab.Cache;

    [Fact]
    public void Keys_can_be_read_namespace_name_arguments_tags()
    {
        var function = Cache.Function<int, int>(Double, static o =>
        {
            o.Namespace = "v1";
            o.Tags("a:{number}", "all").CacheTags("numbers");
        });

        Assert.Equal($"v1:{Here}.Double|5|a:5,all,numbers", function.KeyFor(5));
    }

    [Fact]
    public void Parts_that_there_are_not_are_left_out()
    {
        Assert.Equal($"{Here}.Double|5", Cache.Function<int, int>(Double).KeyFor(5));
        Assert.Equal("now|", Cache.Function(() => 1, static o => o.Name = "now").KeyFor());
        var join = Cache.Function((string a, string? b) => a + b, static o => o.Name = "join");
        Assert.Equal(@"join|a\,b,\0", join.KeyFor("a,b", null));
    }

    [Fact]
    public void Another_namespace_is_another_version()
    {
        var old = Cache.Function<int, int>(Double, static o => o.Namespace = "v1");
        var young = Cache.Function<int, int>(Double, static o => o.Namespace = "v2");
        _lab.Cache.Set(old.KeyFor(5), -1);

        Assert.Equal((-1, 10), (old.Invoke(5), young.Invoke(5)));
    }

    [Fact]
    public void A_lambda_is_called_by_its_member_and_a_hash_of_its_text()
        => Assert.Equal(
            $"{Here}.{nameof(A_lambda_is_called_by_its_member_and_a_hash_of_its_text)}~ffac8b00",
            Cache.Function((int a) => a + 1).Name);

    [Fact]
    public void A_local_function_is_called_by_its_member_and_its_name()
    {
        Assert.Equal(
            $"{Here}.{nameof(A_local_function_is_called_by_its_member_and_its_name)}.Local",
            Cache.Function<int, int>(Local).Name);

        static int Local(int a) => a;
    }

    [Fact]
    public void White_space_in_a_lambda_is_no_part_of_its_name()
    {
        var one = Cache.Function((int a) => a + 2).Name;
        using var other = new CacheLab();

        Assert.Equal(one, other.Cache.Function((int a)
            => a + 2).Name);
    }

    [Fact]
    public void Methods_of_one_name_are_told_apart_by_their_parameters()
    {
        Assert.Equal($"{Here}.Twice(System.Int32)", Cache.Function<int, string>(Twice).Name);
        Assert.Equal($"{Here}.Twice(System.String)", Cache.Function<string, string>(Twice).Name);
        Assert.Equal($"{Here}.Same<System.Guid>", Cache.Function<Guid, Guid>(Same).Name);
        Assert.Equal($"{Here}.Box<System.Int32>.Get", Cache.Function<int, int>(Box<int>.Get).Name);
    }

    [Fact]
    public void Functions_that_would_share_their_keys_by_accident_are_refused()
    {
        Cache.Function((int a) => a * 3);
        Assert.Contains("Name", Assert.Throws<InvalidOperationException>(() => Same()).Message, StringComparison.Ordinal);
        Cache.Function((int a) => a, static o => o.Name = "x");
        Assert.Throws<InvalidOperationException>(() => Cache.Function((int a) => a + 9, static o => o.Name = "x"));
        Assert.Throws<InvalidOperationException>(
            () => Cache.Batch<int, int>(static ids => ids.ToDictionary(static id => id), static o => o.Name = "x"));
        Cache.Function((int a) => a + 9, static o => (o.Name, o.Namespace) = ("x", "v2"));

        CachedFunction<int, int> Same() => Cache.Function((int a) => a * 3);
    }

    [Fact]
    public void A_lambda_that_captures_variables_is_made_once_or_told_apart()
    {
        Make(1);
        Assert.Contains("captures", Assert.Throws<InvalidOperationException>(() => Make(2)).Message, StringComparison.Ordinal);
        Assert.Equal(12, Make(2, static o => o.Instance = 2).Invoke(10));
        Assert.Equal(13, Make(3, static o => o.Name = "three").Invoke(10));
        Once();
        Once();

        CachedFunction<int, int> Make(int b, Action<CachedFunctionOptions<int>>? configure = null)
            => Cache.Function((int a) => a + b, configure);

        CachedFunction<int, int> Once() => Cache.Function(static (int a) => a + 1);
    }

    [Fact]
    public void An_argument_without_a_stable_text_is_refused_unless_its_key_is_given()
    {
        var error = Assert.Throws<ArgumentException>(() => Cache.Function((Query query, int page) => query.Text + page));
        Assert.Contains("'query'", error.Message, StringComparison.Ordinal);
        Assert.Contains("KeyOf", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Cache.Function((object a) => 1));
        Assert.Throws<ArgumentException>(() => Cache.Function((IEnumerable<int> a) => 1));
        Assert.Throws<ArgumentException>(() => Cache.Function((Dictionary<int, int> a) => 1));
        Assert.Throws<ArgumentException>(() => Cache.Function((int[,] a) => 1));

        var search = Cache.Function(
            (Query query, int page) => $"{query.Text} {_lab.Load()}",
            static o =>
            {
                o.Name = "search";
                o.KeyOf = static args => new object[] { args.Item1.Text, args.Item2 };
                o.Tags("page:{page}");
            });
        Assert.Equal("search|[a,2]|page:2", search.KeyFor(new Query("a"), 2));
        Assert.Equal((search.Invoke(new Query("a"), 2), "b 2"), ("a 1", search.Invoke(new Query("b"), 2)));
    }

    [Fact]
    public void Results_that_cannot_be_kept_are_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Cache.Function((int a) => ValueTask.FromResult(a)));
        Assert.Contains("async …", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Cache.Function((int a) => Task.CompletedTask));
        Assert.Throws<ArgumentException>(() => Cache.Function((int a) => Stream.Null));
        Assert.Throws<ArgumentException>(() => Cache.Function((int a) => Task.FromResult(Enumerable.Range(0, a).AsQueryable())));
        Assert.Throws<ArgumentException>(() => Cache.Function((int a) => AsyncEnumerable.Empty<int>()));
        Assert.Throws<ArgumentException>(() => Cache.Function((int a) => new Action(static () => { })));
    }

    [Theory]
    [InlineData("a|b")]
    [InlineData("a@b")]
    [InlineData(" ")]
    public void Names_that_would_break_keys_are_refused(string name)
    {
        Assert.Throws<ArgumentException>(() => Cache.Function<int, int>(Double, o => o.Name = name));
        Assert.Throws<ArgumentException>(() => Cache.Function<int, int>(Double, o => o.Namespace = name));
    }

    [Fact]
    public void A_long_key_is_shortened_to_its_beginning_and_a_hash()
    {
        var function = Cache.Function((string a) => a.Length);

        Assert.Equal((5000, 5001), (function.Invoke(new string('a', 5000)), function.Invoke(new string('a', 5001))));
        Assert.StartsWith(function.Name[..100], function.KeyFor(new string('a', 5000)), StringComparison.Ordinal);
    }

    public void Dispose() => _lab.Dispose();

    private static int Double(int number) => number * 2;

    private static string Twice(int a) => $"{a}{a}";

    private static string Twice(string a) => a + a;

    private static T Same<T>(T value) => value;

    private static class Box<T>
    {
        public static int Get(T value) => 1;
    }

    private sealed record Query(string Text);
}
