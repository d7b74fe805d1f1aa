using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WebShop.Cost;

namespace WebShop.Pages;

/// <summary>Turns the cache off or on for one visitor.</summary>
public sealed class CacheSwitchModel : PageModel
{
    public IActionResult OnGet() => RedirectToPage("/Index");

    public IActionResult OnPost(bool on, string? returnUrl)
    {
        CostMiddleware.SwitchCache(Response, on);
        return Url.IsLocalUrl(returnUrl) ? LocalRedirect(returnUrl) : RedirectToPage("/Index");
    }
}
