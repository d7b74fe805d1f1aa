namespace WebShop.Data;

public sealed class Category
{
    public int Id { get; set; }

    public required string Name { get; set; }

    public required string Description { get; set; }

    /// <summary>Which of the drawings in <c>Pages/Shared/_Picture.cshtml</c> stands for its products.</summary>
    public required string Icon { get; set; }

    public List<Product> Products { get; } = [];
}
