using Microsoft.AspNetCore.Mvc.RazorPages;
using WebShop.Cost;
using WebShop.Data;

namespace WebShop.Pages;

/// <summary>What each query of an earlier page has cost, and what the cache knows of it now.</summary>
public sealed class ExplainModel(RecentRequests recent, ShopContext db) : PageModel
{
    /// <summary>The request; <see langword="null"/> with a <see cref="Reason"/>.</summary>
    public RequestCost? Cost { get; private set; }

    /// <summary>Why there is nothing to explain.</summary>
    public string? Reason { get; private set; }

    /// <summary>What was read, and what the cache says of it now where it can be asked.</summary>
    public List<(PageRead Read, string? Now)> Reads { get; } = [];

    public async Task OnGetAsync(string? id)
    {
        if (!Guid.TryParse(id, out var known) || recent.Find(known) is not { } cost)
        {
            Reason = $"The shop remembers the last {RecentRequests.Capacity} pages of this process, and this is none of them.";
            return;
        }

        Cost = cost;
        foreach (var read in cost.Reads)
        {
            Reads.Add((read, read.Explain is null ? null : await read.Explain(db)));
        }

        if (Reads.Count == 0)
        {
            Reason = "That page has asked the database for nothing.";
        }
    }
}
