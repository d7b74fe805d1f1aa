using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace WebShop.Pages;

// Shown in place of the page that failed, with that page's method: a form that failed comes here as a POST without its own token.
[IgnoreAntiforgeryToken]
public sealed class ErrorModel : PageModel
{
    [BindProperty(SupportsGet = true)]
    public int Code { get; set; }

    public string Headline => Code switch
    {
        StatusCodes.Status404NotFound => "There is no such page",
        StatusCodes.Status403Forbidden => "Staff only",
        StatusCodes.Status400BadRequest => "That request could not be understood",
        _ => "Something went wrong",
    };

    public string Lead => Code == StatusCodes.Status403Forbidden
        ? "This page opens on the machine itself that the shop runs on, at localhost."
        : "Perhaps it was sold, perhaps it never was.";
}
