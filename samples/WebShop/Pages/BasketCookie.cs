namespace WebShop.Pages;

/// <summary>The cookie that holds the id of a shopper's basket.</summary>
public static class BasketCookie
{
    private const string Name = "basket";

    public static Guid? Read(HttpRequest request) => Guid.TryParse(request.Cookies[Name], out var id) ? id : null;

    public static void Write(HttpResponse response, Guid id)
        => response.Cookies.Append(Name, id.ToString(), new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = response.HttpContext.Request.IsHttps,
            MaxAge = TimeSpan.FromDays(30),
        });
}
