namespace FastOrm.Cache.Functions;

/// <summary>Writers of the arguments of functions with so many parameters.</summary>
internal static class Arguments
{
    public static void None(ref ArgumentTexts texts, ValueTuple args)
    {
    }

    public static void One<T>(ref ArgumentTexts texts, T arg) => texts.Add(arg);

    public static void Two<T1, T2>(ref ArgumentTexts texts, (T1, T2) args)
    {
        texts.Add(args.Item1);
        texts.Add(args.Item2);
    }

    public static void Three<T1, T2, T3>(ref ArgumentTexts texts, (T1, T2, T3) args)
    {
        Two(ref texts, (args.Item1, args.Item2));
        texts.Add(args.Item3);
    }

    public static void Four<T1, T2, T3, T4>(ref ArgumentTexts texts, (T1, T2, T3, T4) args)
    {
        Three(ref texts, (args.Item1, args.Item2, args.Item3));
        texts.Add(args.Item4);
    }

    public static void Any(ref ArgumentTexts texts, object?[] args)
    {
        foreach (var arg in args)
        {
            texts.Add(arg);
        }
    }
}
