using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WebShop.Shop;

namespace WebShop.Pages.Products;

public sealed class IndexModel(CatalogService catalog) : PageModel
{
    public static readonly (ProductSort Sort, string Label)[] Sorts =
    [
        (ProductSort.Name, "Name"),
        (ProductSort.PriceUp, "Price, lowest first"),
        (ProductSort.PriceDown, "Price, highest first"),
        (ProductSort.Newest, "Newest first"),
        (ProductSort.BestRated, "Best rated first"),
    ];

    [BindProperty(SupportsGet = true)]
    public string? Q { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? Category { get; set; }

    [BindProperty(SupportsGet = true)]
    public ProductSort Sort { get; set; }

    // Not "page": Razor Pages keeps that name for itself.
    [BindProperty(SupportsGet = true)]
    public int P { get; set; } = 1;

    public List<CategoryTile> Categories { get; private set; } = [];

    public ProductPage Result { get; private set; } = new([], 1, 1, 0);

    public Dictionary<string, string?> PageLinkValues => new()
    {
        ["q"] = Q,
        ["category"] = Category?.ToString(),
        ["sort"] = Sort == default ? null : Sort.ToString(),
    };

    public async Task OnGetAsync()
    {
        Categories = await catalog.GetCategoriesAsync();
        Result = await catalog.SearchAsync(new ProductQuery { Search = Q, CategoryId = Category, Sort = Sort, Page = P });
    }
}
