using System.ComponentModel.DataAnnotations;

namespace WebShop.Load;

/// <summary>How the shop is put under load: the section <c>Load</c> of the configuration.</summary>
public sealed class LoadOptions
{
    /// <summary>How long a run takes, in seconds: the first half with the cache on, the second with it off. 20 by default.</summary>
    [Range(2, 300)]
    public double Seconds { get; set; } = 20;

    /// <summary>How many shoppers there are at a time. Two for each processor by default, eight at most.</summary>
    [Range(1, 64)]
    public int Shoppers { get; set; } = Math.Min(8, 2 * Environment.ProcessorCount);

    /// <summary>The time between two points of the chart, in seconds. Half a second by default.</summary>
    [Range(0.1, 10)]
    public double Interval { get; set; } = 0.5;
}
