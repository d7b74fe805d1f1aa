using Microsoft.Extensions.Options;

namespace FastOrm.Cache.Configuration;

/// <summary>Refuses options that are out of their range, by the names under which they were given.</summary>
internal sealed class OptionsValidator : IValidateOptions<FastOrmCacheOptions>
{
    public ValidateOptionsResult Validate(string? name, FastOrmCacheOptions options)
    {
        var failures = options.Violations().Select(violation => Describe(name, options, violation)).ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static string Describe(string? name, FastOrmCacheOptions options, OptionViolation violation)
    {
        var cache = string.IsNullOrEmpty(name) ? CacheNames.Default : name;
        var setting = options.Settings.TryGetValue(violation.Option, out var path) ? $", set by the setting {path}," : "";
        var value = violation.Value is null ? "" : FormattableString.Invariant($" It is {violation.Value}.");
        return $"FastOrmCacheOptions.{violation.Option} of the cache \"{cache}\"{setting} must be {violation.Rule}.{value}";
    }
}
