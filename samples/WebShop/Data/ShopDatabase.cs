using Microsoft.EntityFrameworkCore;

namespace WebShop.Data;

public static class ShopDatabase
{
    /// <summary>Creates and seeds the database unless that has been done before.</summary>
    /// <returns>Whether it was seeded now.</returns>
    public static async Task<bool> PrepareAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ShopContext>();
        await db.Database.EnsureCreatedAsync();
        if (await db.Categories.AnyAsync())
        {
            return false;
        }

        await Seed.WriteAsync(db);
        return true;
    }
}
