using FastOrm.Cache.Tests.Unit.Keys;

// Not a runner of tests: the other process of OtherProcessTests.
foreach (var line in OtherProcessTests.Keys(reversed: args is ["reversed"]))
{
    Console.WriteLine(line);
}
