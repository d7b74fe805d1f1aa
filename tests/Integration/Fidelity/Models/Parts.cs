using System.Runtime.InteropServices;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Models;

internal sealed class Person
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public Place Home { get; set; } = new();

    public Place? Work { get; set; }

    public List<Phone> Phones { get; set; } = [];

    public Profile Profile { get; set; } = new();

    public List<Memo> Memos { get; set; } = [];
}

internal sealed class Place
{
    public string Street { get; set; } = "";

    public string? Town { get; set; }
}

internal sealed class Phone
{
    public int Id { get; set; }

    public string Number { get; set; } = "";
}

internal sealed class Profile
{
    public string? Motto { get; set; }

    public int Visits { get; set; }

    public double[] Rates { get; set; } = [];

    public DateOnly Since { get; set; }

    public List<Link> Links { get; set; } = [];

    public Place? Born { get; set; }
}

internal sealed class Link
{
    public string Url { get; set; } = "";

    public int Rank { get; set; }
}

internal sealed class Memo
{
    public string Text { get; set; } = "";

    public DateTime At { get; set; }
}

internal sealed class Parcel
{
    public int Id { get; set; }

    public Box Box { get; set; }

    public Stop From { get; set; } = new();

    public Stop? To { get; set; }

    public Manifest Manifest { get; set; } = new();

    public List<Stamp> Stamps { get; set; } = [];
}

[StructLayout(LayoutKind.Auto)]
internal readonly record struct Box(int Width, double Height);

internal sealed class Stop
{
    public string Town { get; set; } = "";

    public Spot Spot { get; set; } = new();
}

internal sealed record Spot
{
    public int X { get; set; }

    public int Y { get; set; }
}

internal sealed class Manifest
{
    public double Weight { get; set; }

    public List<string> Items { get; set; } = [];

    public byte[]? Seal { get; set; }
}

internal sealed class Stamp
{
    public decimal Value { get; set; }

    public string? Name { get; set; }
}

/// <summary>Shares its table with its body.</summary>
internal sealed class Letter
{
    public int Id { get; set; }

    public string Title { get; set; } = "";

    public LetterBody Body { get; set; } = new();
}

internal sealed class LetterBody
{
    public int Id { get; set; }

    public string? Text { get; set; }

    public int Pages { get; set; }
}

/// <summary>One entity in two tables.</summary>
internal sealed class Gadget
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public double Volts { get; set; }

    public string? Maker { get; set; }
}
