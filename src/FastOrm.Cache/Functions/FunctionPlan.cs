using System.Globalization;
using System.Runtime.CompilerServices;
using FastOrm.Cache.Keys;

namespace FastOrm.Cache.Functions;

/// <summary>The key and the tags of one call.</summary>
internal readonly record struct FunctionCall(string Key, string[] Tags);

/// <summary>
/// How the keys and the tags of a function are made of its arguments: <c>namespace:Type.Method@instance|args|tags</c>.
/// </summary>
/// <remarks>
/// The tags follow from the arguments and are there to be read. The function's own begin with a bar and its name, so that no
/// others are the same.
/// </remarks>
internal sealed class FunctionPlan<TArgs>
{
    private readonly bool[] _hasText;
    private readonly ArgumentWriter<TArgs> _write;
    private readonly Func<TArgs, object?>? _keyOf;
    private readonly TagTemplate[] _tags;
    private readonly string _instance;

    public FunctionPlan(string name, Parameter[] parameters, ArgumentWriter<TArgs> write, CachedFunctionOptions<TArgs> options)
    {
        Name = options.Namespace is { } space ? $"{FunctionName.Checked(space, "The namespace")}:{name}" : name;
        Entry = options.Entry;
        _write = write;
        _keyOf = options.KeyOf;
        _hasText = [.. parameters.Select(static parameter => parameter.HasText)];
        _instance = InstanceText(options.Instance);
        RequireTexts(parameters);

        TagPrefix = $"|{Name.Replace(':', '|')}{_instance}:";
        _tags =
        [
            .. options.OwnTags.Select(tag => new TagTemplate(TagPrefix, tag, parameters, Subject)),
            .. options.WideTags.Select(tag => new TagTemplate("", tag, parameters, Subject)),
        ];
        FixedTags = Array.TrueForAll(_tags, static tag => tag.IsFixed) ? TagsOf(default) : null;
    }

    public string Name { get; }

    /// <summary>What the function's own tags begin with.</summary>
    public string TagPrefix { get; }

    public CacheEntryOptions Entry { get; }

    /// <summary>The tags of every call, if they are the same.</summary>
    public string[]? FixedTags { get; }

    public string Subject => $"the function {Name}";

    public static string InstanceText(object? instance) => instance is null ? "" : "@" + CacheKey.Of(instance);

    public FunctionCall Call(TArgs args) => Call(args, _instance);

    public FunctionCall Call(TArgs args, string instance)
    {
        var texts = new ArgumentTexts(stackalloc char[256], stackalloc Range[_hasText.Length], _hasText);
        _write(ref texts, args);
        var tags = FixedTags ?? TagsOf(texts);
        var key = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[512]);
        key.AppendLiteral(Name);
        key.AppendLiteral(instance);
        key.AppendLiteral("|");
        if (_keyOf is null)
        {
            key.AppendFormatted(texts.All);
        }
        else
        {
            KeyText.Append(ref key, _keyOf(args));
        }

        for (var i = 0; i < tags.Length; i++)
        {
            key.AppendLiteral(i == 0 ? "|" : ",");
            key.AppendFormatted(tags[i].AsSpan(_tags[i].Prefix.Length));
        }

        texts.Clear();
        return new FunctionCall(CacheKey.Shortened(key.ToStringAndClear()), tags);
    }

    private string[] TagsOf(scoped in ArgumentTexts texts)
    {
        if (_tags.Length == 0)
        {
            return [];
        }

        var tags = new string[_tags.Length];
        for (var i = 0; i < tags.Length; i++)
        {
            tags[i] = _tags[i].Of(texts);
        }

        return tags;
    }

    private void RequireTexts(Parameter[] parameters)
    {
        if (_keyOf is null && Array.Find(parameters, static p => !p.HasText && !p.IsToken) is { } parameter)
        {
            throw new ArgumentException(
                $"The parameter '{parameter.Name}' of {Subject} is a {parameter.Type}, whose text does not surely tell one value "
                + "from another. Take the values that identify it, or make it with cache.Function and say by KeyOf what does.");
        }
    }
}
