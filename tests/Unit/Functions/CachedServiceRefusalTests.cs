using Microsoft.Extensions.DependencyInjection;

namespace FastOrm.Cache.Tests.Unit.Functions;

/// <summary>What cannot be remembered is refused when the service is registered, with an error that names the method.</summary>
public sealed class CachedServiceRefusalTests
{
    internal interface INothing
    {
        int Get();
    }

    internal interface IVoid
    {
        [Cached]
        void Do();
    }

    internal interface ITask
    {
        [Cached]
        Task DoAsync();
    }

    internal interface IGeneric
    {
        [Cached]
        T Get<T>();
    }

    internal interface IOut
    {
        [Cached]
        bool TryGet(out int value);
    }

    internal interface IStreaming
    {
        [Cached]
        IAsyncEnumerable<int> GetAsync();
    }

    internal interface IStream
    {
        [Cached]
        Task<Stream> OpenAsync();
    }

    internal interface ISpan
    {
        [Cached]
        int Get();

        int Sum(ReadOnlySpan<int> values);
    }

    internal interface ISpanByReference
    {
        [Cached]
        int Get();

        int Sum(in ReadOnlySpan<int> values);
    }

    internal interface ISpanResult
    {
        [Cached]
        int Get();

        ReadOnlySpan<int> Values();
    }

    internal interface IReference
    {
        [Cached]
        int Get();

        ref int Value();
    }

    internal interface IArgument
    {
        [Cached]
        int Get(Func<int, bool> filter);
    }

    internal interface ITag
    {
        [Cached(Tags = ["user:{id}"])]
        int Get(int userId);
    }

    internal interface ITime
    {
        [Cached(TtlSeconds = -1)]
        int Get(int userId);
    }

    internal interface ILongTime
    {
        [Cached(StaleForSeconds = 1e300)]
        int Get(int userId);
    }

    internal interface ISame
    {
        [Cached(Name = "x")]
        int Get(int userId);

        [Cached(Name = "x")]
        int Find(int userId);
    }

    [Fact]
    public void Methods_that_return_no_value_are_refused()
    {
        Refused<IVoid, All>("All.Do", "returns no value");
        Refused<ITask, All>("DoAsync", "returns no value");
    }

    [Fact]
    public void Results_that_are_read_later_or_disposed_are_refused()
    {
        Refused<IStreaming, All>("GetAsync", "return a list");
        Refused<IStream, All>("OpenAsync", "disposes");
    }

    [Fact]
    public void Methods_whose_calls_have_no_key_are_refused()
    {
        Refused<IGeneric, All>("IGeneric.Get", "generic");
        Refused<IOut, All>("IOut.TryGet", "by reference");
        Refused<IArgument, All>("'filter'", "values that identify it");
    }

    [Fact]
    public void Services_whose_other_methods_cannot_be_handed_on_are_refused()
    {
        Refused<ISpan, All>("Sum", "takes a span");
        Refused<ISpanByReference, All>("Sum", "takes a span");
        Refused<ISpanResult, All>("Values", "returns a span");
        Refused<IReference, All>("Value", "returns a reference");
    }

    [Fact]
    public void Wrong_settings_are_refused()
    {
        Refused<ITag, All>("user:{id}", "userId");
        Refused<ITime, All>("Ttl", "more than zero");
        Refused<ILongTime, All>("StaleForSeconds", "or infinite");
        Refused<ISame, All>("ISame", "share their keys");
    }

    [Fact]
    public void Marks_that_would_have_no_effect_are_refused()
    {
        Refused<INothing, All>("INothing", "no method that is marked");
        Refused<INothing, Misplaced>("INothing", "must be on a method of the interface");
        Refused<All, All>("All", "must be an interface");
    }

    private static void Refused<TService, TImplementation>(params string[] words)
        where TService : class
        where TImplementation : class, TService
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => new ServiceCollection().AddCached<TService, TImplementation>());
        Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
    }

    private sealed class Misplaced : INothing
    {
        [Cached]
        public int Get() => 1;
    }

    private sealed class All : INothing, IVoid, ITask, IGeneric, IOut, IStreaming, IStream, ISpan, ISpanByReference,
        ISpanResult, IReference, IArgument, ITag, ITime, ILongTime, ISame
    {
        private int _value;

        public int Get() => 1;

        public void Do()
        {
        }

        public Task DoAsync() => Task.CompletedTask;

        public T Get<T>() => default!;

        public bool TryGet(out int value) => (value = 1) > 0;

        public IAsyncEnumerable<int> GetAsync() => AsyncEnumerable.Empty<int>();

        public Task<Stream> OpenAsync() => Task.FromResult(Stream.Null);

        public int Sum(ReadOnlySpan<int> values) => values.Length;

        public int Sum(in ReadOnlySpan<int> values) => values.Length;

        public ReadOnlySpan<int> Values() => new int[] { _value };

        public ref int Value() => ref _value;

        public int Get(Func<int, bool> filter) => 1;

        public int Get(int userId) => 1;

        public int Find(int userId) => 1;
    }
}
