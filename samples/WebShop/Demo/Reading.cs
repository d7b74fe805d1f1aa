using System.Text.Json;
using System.Text.Json.Serialization;
using WebShop.Cost;
using WebShop.Shop;

namespace WebShop.Demo;

/// <summary>What one step gave, and what it cost.</summary>
/// <param name="Value">What it gave.</param>
/// <param name="Text">The same as text, for comparison in depth.</param>
/// <param name="Commands">The SQL commands that the database ran.</param>
/// <param name="Hits">The commands answered by the cache.</param>
/// <param name="Milliseconds">The time it took.</param>
public sealed record Reading<T>(T Value, string Text, int Commands, int Hits, double Milliseconds)
{
    public bool SameAs(Reading<T> other) => Text == other.Text && Commands == other.Commands && Hits == other.Hits;
}

public static class Reading
{
    // Preserved references say which objects are one and the same, so equal text means equal graphs.
    private static readonly JsonSerializerOptions Json = new() { ReferenceHandler = ReferenceHandler.Preserve };

    /// <summary>Runs a step as a request does: in a scope of its own, with a context from the pool.</summary>
    public static async Task<Reading<T>> TakeAsync<T>(IServiceProvider services, Func<ShopScope, Task<T>> step)
    {
        var cost = RequestCost.Begin(services.GetRequiredService<TimeProvider>());
        T value;
        await using (var scope = services.CreateAsyncScope())
        {
            value = await step(new ShopScope(scope.ServiceProvider));
        }

        var milliseconds = cost.Elapsed.TotalMilliseconds;
        return new Reading<T>(value, JsonSerializer.Serialize(value, Json), cost.Commands, cost.Hits, milliseconds);
    }
}
