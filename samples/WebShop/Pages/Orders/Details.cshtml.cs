using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WebShop.Data;
using WebShop.Shop;

namespace WebShop.Pages.Orders;

public sealed class DetailsModel(OrderService orders) : PageModel
{
    public Order Order { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(Guid reference)
    {
        if (await orders.FindAsync(reference) is not { } order)
        {
            return NotFound();
        }

        Order = order;
        return Page();
    }
}
