using System.Globalization;
using System.Runtime.CompilerServices;
using FastOrm.Cache.Keys;

namespace FastOrm.Cache.Functions;

/// <summary>Writes the arguments of a call, one after another, by <see cref="ArgumentTexts.Add"/>.</summary>
internal delegate void ArgumentWriter<in TArgs>(ref ArgumentTexts texts, TArgs args);

/// <summary>The texts of the arguments of one call, with commas between them, and where each of them is.</summary>
/// <param name="buffer">Where they are written as long as there is room.</param>
/// <param name="ranges">One for each parameter.</param>
/// <param name="hasText">Which parameters have a text. The others, such as cancellation tokens, are left out.</param>
internal ref struct ArgumentTexts(Span<char> buffer, Span<Range> ranges, bool[] hasText)
{
    private readonly Span<Range> _ranges = ranges;
    private DefaultInterpolatedStringHandler _texts = new(0, 0, CultureInfo.InvariantCulture, buffer);
    private bool _isFirst = true;
    private int _count;

    public readonly ReadOnlySpan<char> All => _texts.Text;

    public readonly ReadOnlySpan<char> this[int parameter] => _texts.Text[_ranges[parameter]];

    public void Add<T>(T value)
    {
        var parameter = _count++;
        if (!hasText[parameter])
        {
            return;
        }

        if (!_isFirst)
        {
            _texts.AppendLiteral(",");
        }

        _isFirst = false;
        var start = _texts.Text.Length;
        KeyText.Append(ref _texts, value);
        _ranges[parameter] = start.._texts.Text.Length;
    }

    public void Clear() => _texts.Clear();
}
