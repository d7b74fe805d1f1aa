using Microsoft.AspNetCore.Mvc.ViewFeatures;
using WebShop.Cost;

namespace WebShop.Pages;

/// <summary>A message for the next page, with what the request that leaves it has cost.</summary>
public static class Notices
{
    private const string TextKey = "notice";
    private const string CostKey = "notice-cost";

    public static void Leave(this ITempDataDictionary data, string text)
    {
        data[TextKey] = text;
        data[CostKey] = RequestCost.Current?.ToString();
    }

    public static (string? Text, string? Cost) Take(this ITempDataDictionary data)
        => (data[TextKey] as string, data[CostKey] as string);
}
