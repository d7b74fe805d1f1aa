using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WebShop.Data;
using WebShop.Shop;

namespace WebShop.Pages;

public sealed class BasketModel(BasketService baskets, OrderService orders) : PageModel
{
    public List<BasketLine> Lines { get; private set; } = [];

    public long TotalCents => Lines.Sum(l => l.Quantity * l.Product!.PriceCents);

    public CheckoutForm Checkout { get; private set; } = new();

    public string? Problem { get; private set; }

    public Task OnGetAsync() => LoadAsync();

    public async Task<IActionResult> OnPostAddAsync(int productId, int quantity)
    {
        if (await baskets.AddAsync(BasketCookie.Read(Request), productId, quantity) is not { } basketId)
        {
            return NotFound();
        }

        BasketCookie.Write(Response, basketId);
        TempData.Leave("It is in your basket.");
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostSetAsync(int productId, int quantity, bool remove)
    {
        if (!ModelState.IsValid)
        {
            TempData.Leave("A quantity is a whole number; nothing was changed.");
        }
        else if (BasketCookie.Read(Request) is { } basketId)
        {
            await baskets.SetQuantityAsync(basketId, productId, remove ? 0 : quantity);
            TempData.Leave("Your basket is changed.");
        }

        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostOrderAsync(CheckoutForm checkout, long agreedCents)
    {
        if (ModelState.IsValid && BasketCookie.Read(Request) is { } basketId)
        {
            var outcome = await orders.PlaceAsync(basketId, checkout.ToBuyer(), agreedCents);
            if (outcome.Reference is { } reference)
            {
                TempData.Leave("Thank you for your order.");
                return RedirectToPage("/Orders/Details", new { reference });
            }

            Problem = outcome.Problem;
        }

        Checkout = checkout;
        await LoadAsync();
        return Page();
    }

    private async Task LoadAsync()
    {
        if (BasketCookie.Read(Request) is { } basketId)
        {
            Lines = await baskets.GetLinesAsync(basketId);
        }
    }
}

public sealed class CheckoutForm
{
    [Required(ErrorMessage = "Please give your name.")]
    [StringLength(80)]
    public string Name { get; set; } = "";

    [Required(ErrorMessage = "Please give your e-mail address.")]
    [EmailAddress(ErrorMessage = "This is not an e-mail address.")]
    [StringLength(120)]
    public string Email { get; set; } = "";

    [Required(ErrorMessage = "Please say where the parcel goes.")]
    [StringLength(200)]
    public string ShipTo { get; set; } = "";

    public Buyer ToBuyer() => new(Name.Trim(), Email.Trim().ToLowerInvariant(), ShipTo.Trim());
}
