using FastOrm.Cache.EfCore.Internals;
using FastOrm.Cache.EfCore.Keys;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FastOrm.Cache.EfCore.Plans;

/// <summary>
/// Where the values in the key of a compiled query come from, in the order of its expression: the parameters of each execution, and the
/// constants that an ordinary query would have for parameters.
/// </summary>
internal sealed class ValueTemplate
{
    private readonly (string? Name, object? Constant)[] _places;
    private readonly int _sourcePlaces;

    /// <param name="key">A key of which the template was written.</param>
    public ValueTemplate(QueryKey key)
    {
        _places = [.. key.ParameterNames.Zip(key.Captured)];
        _sourcePlaces = key.SourcePlaces;
    }

    /// <summary>Writes the values after the header, and notes what is to be sent: what was keyed.</summary>
    public void Write(QueryKey key, RememberedParameters parameters, IModel model)
    {
        key.SourceValuesLength = key.Values.Length;
        for (var place = 0; place < _places.Length; place++)
        {
            var (name, value) = _places[place];
            if (name is not null)
            {
                value = parameters[name];
            }

            var sent = ValueWriter.Freeze(value);
            key.WriteValue(sent, model);
            if (name is not null)
            {
                parameters.Send(name, value, sent);
            }

            if (place + 1 == _sourcePlaces)
            {
                key.SourceValuesLength = key.Values.Length;
            }
        }
    }
}
