using FastOrm.Cache.Tests.Integration.Consistency.Nodes;

// The tests are run by their host. Tests of several processes start the assembly itself, as a node.
if (args is not ["node", .. var arguments])
{
    Console.Error.WriteLine("Run the tests with 'dotnet test'.");
    return 2;
}

await NodeProgram.RunAsync(arguments);
return 0;
