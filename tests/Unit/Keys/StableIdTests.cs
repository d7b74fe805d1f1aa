using System.Linq.Expressions;
using System.Reflection;
using FastOrm.Cache.EfCore.Keys;
using FastOrm.Cache.Tests.Unit.Support;

namespace FastOrm.Cache.Tests.Unit.Keys;

public sealed class StableIdTests
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void Types_have_ids_of_their_own()
        => AssertDistinct(
        [
            typeof(int), typeof(uint), typeof(int?), typeof(int[]), typeof(int[,]), typeof(int[][]), typeof(int[,][]), typeof(int[][,]),
            typeof(int).MakeByRefType(), typeof(int).MakePointerType(), typeof(string), typeof(object), typeof(KeyKind), typeof(DayOfWeek),
            typeof(List<>), typeof(List<int>), typeof(List<int?>), typeof(List<string>), typeof(List<List<int>>), typeof(List<int>[]),
            typeof(Dictionary<int, string>), typeof(Dictionary<string, int>), typeof(Dictionary<,>),
            typeof((int, int)), typeof((int, (int, int))), typeof(((int, int), int)), typeof((int, int, int)),
            typeof(Outer<int>.Inner), typeof(Outer<string>.Inner), typeof(Outer<int>.Inner<string>), typeof(Outer<string>.Inner<int>),
            typeof(Outer<>.Inner<>), typeof(Outer<>), typeof(Outer<int>), typeof(StableIdTests), typeof(KeyProduct), typeof(KeyCategory),
        ]);

    [Fact]
    public void All_members_of_large_types_have_ids_of_their_own()
    {
        foreach (var type in new[] { typeof(Queryable), typeof(Enumerable), typeof(string), typeof(Math), typeof(MemoryExtensions), typeof(DateTime) })
        {
            AssertDistinct(type.GetMembers(Any).Where(static member => !IsConversion(member)));
        }
    }

    [Fact]
    public void Conversions_that_differ_only_in_what_they_return_have_ids_of_their_own()
        => AssertDistinct(typeof(decimal).GetMembers(Any).Where(IsConversion));

    [Fact]
    public void Overloads_and_generic_arguments_have_ids_of_their_own()
        => AssertDistinct(
        [
            Method(() => M(1)), Method(() => M("")), Method(() => M(1L)), Method(() => M(1, 1)), Method(() => G<int>(1)), Method(() => G<string>(1)),
            Method(() => G<int, string>(1)), Method(() => G<string, int>(1)), Method(() => Outer<int>.Call()), Method(() => Outer<string>.Call()),
            Method(() => G<int>(1)).GetGenericMethodDefinition(), Method(() => G<int, int>(1)).GetGenericMethodDefinition(),
            typeof(KeyProduct).GetProperty(nameof(KeyProduct.Id))!, typeof(KeyCategory).GetProperty(nameof(KeyCategory.Id))!,
            typeof(KeyProduct).GetProperty(nameof(KeyProduct.Name))!, typeof(KeyProduct).GetProperty(nameof(KeyProduct.Id))!.GetMethod!,
            typeof(List<int>).GetConstructor([])!, typeof(List<int>).GetConstructor([typeof(int)])!, typeof(List<long>).GetConstructor([typeof(int)])!,
        ]);

    [Fact]
    public void An_id_is_found_again_by_a_twin_of_the_member()
    {
        // A member seen through a derived type is another object.
        var declared = typeof(KeyProduct).GetProperty(nameof(KeyProduct.Id))!;
        var inherited = typeof(KeySpecialProduct).GetProperty(nameof(KeyProduct.Id))!;

        Assert.NotSame(declared, inherited);
        Assert.Equal(StableId.Of(declared), StableId.Of(inherited));
        Assert.Equal(StableId.Of(declared), StableId.Of(declared));
    }

    [Fact]
    public void Ids_are_the_same_in_every_process()
    {
        Assert.Equal("FE5D44C9DE5B844EECAF0AB71FE19EF2", Hex(StableId.Of(typeof(int))));
        Assert.Equal("AFD02151DEF388B9E4C3E16A0E22C20C", Hex(StableId.Of(typeof(List<string>))));
        Assert.Equal("93C3E4CF0CFCEF6D4CEEDC18040D8247", Hex(StableId.Of("text")));
    }

    [Fact]
    public void An_anonymous_type_is_known_by_its_properties_and_not_by_its_number()
    {
        AssertDistinct(
        [
            new { A = 1 }.GetType(), new { B = 1 }.GetType(), new { A = 1L }.GetType(), new { A = 1, B = 2 }.GetType(), new { B = 1, A = 2 }.GetType(),
            new { A = new { A = 1 } }.GetType(), new { }.GetType(),
        ]);
        Assert.Equal(StableId.Of("{}, FastOrm.Cache.Tests.Unit<A:System.Int32, System.Private.CoreLib;>"), StableId.Of(new { A = 1 }.GetType()));
    }

    [Fact]
    public async Task Many_threads_that_ask_at_once_get_the_same_ids()
    {
        var members = typeof(Enumerable).GetMethods().Cast<MemberInfo>().Concat(typeof(Queryable).GetMethods()).ToArray();
        var expected = members.Select(StableId.Of).ToArray();

        await Parallel.ForEachAsync(Enumerable.Range(0, 8), (_, _) =>
        {
            for (var round = 0; round < 50; round++)
            {
                Assert.Equal(expected, members.Select(StableId.Of));
            }

            return ValueTask.CompletedTask;
        });
    }

    [Fact]
    public void The_facts_of_a_method_say_what_ends_a_query_and_what_stays_a_constant()
    {
        var first = Call<int>(query => query.First());
        var skip = Call<IQueryable<int>>(query => query.Skip(1));
        var tag = typeof(Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions).GetMethods()
            .First(static method => method.Name == "TagWith").MakeGenericMethod(typeof(int));

        Assert.True(StableId.Of(first).IsTerminal);
        Assert.False(StableId.Of(skip).IsTerminal);
        Assert.False(StableId.Of(skip).IsNotParameterized(1));
        Assert.True(StableId.Of(tag).IsNotParameterized(1));
        Assert.False(StableId.Of(tag).IsRemember);
    }

    private static void AssertDistinct(IEnumerable<MemberInfo> members)
    {
        var seen = new Dictionary<UInt128, MemberInfo>();
        foreach (var member in members)
        {
            var id = member is Type type ? StableId.Of(type) : member is MethodInfo method ? StableId.Of(method).Id : StableId.Of(member);
            Assert.True(seen.TryAdd(id, member), $"{member} and {seen.GetValueOrDefault(id)} have one id");
        }
    }

    private static bool IsConversion(MemberInfo member) => member.Name is "op_Explicit" or "op_Implicit";

    private static string Hex(UInt128 id) => id.ToString("X32", System.Globalization.CultureInfo.InvariantCulture);

    private static MethodInfo Call<TResult>(Expression<Func<IQueryable<int>, TResult>> call) => ((MethodCallExpression)call.Body).Method;

    private static MethodInfo Method(Expression<Action> call) => ((MethodCallExpression)call.Body).Method;

    private static void M(int a) => _ = a;

    private static void M(long a) => _ = a;

    private static void M(string a) => _ = a;

    private static void M(int a, int b) => _ = a + b;

    private static void G<T>(int a) => _ = a;

    private static void G<T1, T2>(int a) => _ = a;

    private sealed class Outer<T>
    {
        public static void Call()
        {
        }

        public sealed class Inner;

        public sealed class Inner<TOther>;
    }
}
