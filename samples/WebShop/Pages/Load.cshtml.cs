using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using WebShop.Load;

namespace WebShop.Pages;

/// <summary>Puts the shop under load, and shows how the last run went.</summary>
public sealed class LoadModel(LoadRunner runner, LoadBoard board, IOptions<LoadOptions> options) : PageModel
{
    public LoadOptions Options => options.Value;

    public LoadState State => board.State;

    public IActionResult OnPost()
    {
        if (!runner.TryStart())
        {
            TempData.Leave("A run is under way already: one at a time.");
        }

        return RedirectToPage();
    }
}
