using WebShop;
using WebShop.Demo;
using WebShop.Load;

ShopArguments arguments;
try
{
    arguments = ShopArguments.Parse(args);
}
catch (ArgumentException problem)
{
    await Console.Error.WriteLineAsync($"{problem.Message}\n\n{ShopArguments.Usage}");
    return 2;
}

if (arguments.Help)
{
    Console.WriteLine(ShopArguments.Usage);
    return 0;
}

return arguments switch
{
    { Demo: true } => await ShopDemo.RunAsync(Console.Out),
    { Load: true } => await LoadDemo.RunAsync(Console.Out),
    _ => await ShopWeb.RunAsync(args, arguments),
};
