using WebShop;
using WebShop.Demo;

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

return arguments.Demo ? await ShopDemo.RunAsync(Console.Out) : await ShopWeb.RunAsync(args, arguments);
