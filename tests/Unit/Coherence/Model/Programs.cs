namespace FastOrm.Cache.Tests.Unit.Coherence.Model;

/// <summary>What is explored.</summary>
internal static class Programs
{
    private static readonly Call[] Polls = [new(Verb.Poll), new(Verb.Poll)];

    /// <summary>
    /// Up to seven calls: what one node does, what another does meanwhile, and what befalls them. The third node is told of
    /// all of it, and looks at it in the end.
    /// </summary>
    /// <param name="all">Whether also those of which there are millions of orders.</param>
    public static IEnumerable<ModelProgram> Small(bool all)
    {
        Call[][] first =
        [
            [new(Verb.Read, 0, Tags.First), new(Verb.Read, 0, Tags.First)],
            [new(Verb.Write, 0, Tags.First), new(Verb.Read, 0, Tags.Both)],
            [new(Verb.Read, 0, Tags.Both), new(Verb.Evict), new(Verb.Read, 0, Tags.Both)],
            [new(Verb.Read, 0, Tags.First), new(Verb.ReadVerified, 0, Tags.First)],
        ];
        Call[][] second =
        [
            [new(Verb.Write, 1, Tags.First)],
            [new(Verb.Write, 1, Tags.First), new(Verb.Write, 1, Tags.Second)],
            [new(Verb.Read, 1, Tags.First), new(Verb.Write, 1, Tags.Both)],
        ];
        Call[][] others =
        [
            [],
            Polls,
            [new(Verb.Unsubscribe)],
            [new(Verb.Crash, 1)],
            [new(Verb.LoseHash)],
            [new(Verb.RestartEmpty), new(Verb.Connect, 1), new(Verb.Connect)],
            [new(Verb.Dump), new(Verb.RestartFromDump), new(Verb.Connect, 1), new(Verb.Connect)],
        ];

        return Marked(first, all).Concat(Rows(all)).Concat(from one in first
               from two in second
               from other in others
               from losses in (int[])[0, 1]
               let writes = one.Concat(two).Count(static call => call.Verb is Verb.Write or Verb.WriteMarked)
               where two.Length == 1 ? losses == 0 || (writes == 1 && other.Length <= 2) : losses == 0 && other.Length <= 1
               where all || (two.Length == 1 && (writes == 1 ? losses * other.Length == 0 : losses == 0 && other.Length <= 1))
               select new ModelProgram([one, two, other], losses));
    }

    /// <summary>Nodes of two versions read and write one row.</summary>
    private static IEnumerable<ModelProgram> Rows(bool all)
    {
        Call read = new(Verb.ReadRow, 0, Tags.Second), write = new(Verb.WriteRow, 0, Tags.Second);
        Call[][] first = [[read, read], [read, write, read]];
        Call[][] second = [[write with { Node = 2 }], [read with { Node = 2 }], [read with { Node = 2 }, write with { Node = 2 }]];
        Call[][] others = [[], [new(Verb.LoseHash)]];
        return from one in first
               from two in second
               from other in others
               where all || one.Length + two.Length + other.Length <= 3
               select new ModelProgram([one, two, other], Losses: 0);
    }

    /// <summary>One node is about to commit, and dies at any point of it.</summary>
    private static IEnumerable<ModelProgram> Marked(Call[][] first, bool all)
    {
        Call[] marked = [new(Verb.WriteMarked, 1, Tags.First)];
        Call[][] others =
        [
            [],
            [new(Verb.Crash, 1), new(Verb.Poll)],
            [new(Verb.LoseHash)],
            [new(Verb.Crash, 1), new(Verb.Poll), new(Verb.Poll)],
            [new(Verb.RestartEmpty), new(Verb.Connect, 1), new(Verb.Connect)],
        ];
        return from one in first
               from other in others
               from losses in (int[])[0, 1]
               let size = other.Length + (2 * losses)
               let most = one.Any(static call => call.Verb == Verb.Write) ? 0 : losses == 1 ? 2 : 3
               where all ? size <= most : size <= 2 && one.Any(static call => call.Verb == Verb.ReadVerified)
               select new ModelProgram([one, marked, other], losses);
    }

    /// <summary>Two threads for each node that read and write, one that polls, and one for what befalls them all.</summary>
    public static ModelProgram Random(Random random)
    {
        List<Call[]> threads = [];
        var hasRows = random.Next(2) == 0;
        for (var node = 0; node < World.NodeCount; node++)
        {
            threads.Add(Work(random, node, hasRows));
            threads.Add(Work(random, node, hasRows));
            threads.Add([.. Enumerable.Repeat(new Call(Verb.Poll, node), random.Next(5))]);
        }

        threads.Add(Trouble(random));
        return new ModelProgram([.. threads], random.Next(4));
    }

    private static Call[] Work(Random random, int node, bool hasRows)
        => [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => new Call(
            random.Next(9) switch { < 4 => Verb.Read, < 6 => Verb.ReadVerified, < 7 => Verb.Write, < 8 => Verb.WriteMarked, _ => Verb.Evict }, node, (Tags)random.Next(1, 4)))
            .Select(call => !hasRows || random.Next(3) > 0 ? call : call.Verb switch
            {
                Verb.Read => new Call(Verb.ReadRow, node, Tags.Second),
                Verb.Write => new Call(Verb.WriteRow, node, Tags.Second),
                _ => call,
            })];

    private static Call[] Trouble(Random random)
    {
        List<Call> calls = [];
        for (var count = random.Next(4); count > 0; count--)
        {
            var verb = (Verb)random.Next((int)Verb.Unsubscribe, (int)Verb.LoseHash + 1);
            calls.Add(new Call(verb, verb <= Verb.Crash ? random.Next(World.NodeCount) : 0));
            if (verb is Verb.RestartEmpty or Verb.RestartFromDump)
            {
                var nodes = Enumerable.Range(0, random.Next(1, World.NodeCount + 1)).ToArray();
                random.Shuffle(nodes);
                calls.AddRange(nodes.Select(static node => new Call(Verb.Connect, node)));
            }
        }

        return [.. calls];
    }
}
