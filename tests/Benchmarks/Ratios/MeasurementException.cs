namespace FastOrm.Cache.Benchmarks.Ratios;

/// <summary>What was measured is not what the result would claim.</summary>
internal sealed class MeasurementException(string message) : Exception(message);
