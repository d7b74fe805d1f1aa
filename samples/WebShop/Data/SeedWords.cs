namespace WebShop.Data;

/// <summary>The vocabulary of <see cref="Seed"/>.</summary>
internal static class SeedWords
{
    public static readonly (string Name, string Icon, string[] Nouns, string Description)[] Categories =
    [
        ("Mugs & Cups", "mug", ["Mug", "Espresso Cup", "Tea Cup", "Travel Mug", "Cup Set"],
            "For the first coffee and the last tea."),
        ("Teapots & Kettles", "mug", ["Tea Strainer", "Teapot", "Coffee Dripper", "French Press", "Kettle"],
            "Everything that pours hot."),
        ("Plates & Bowls", "bowl", ["Side Plate", "Cereal Bowl", "Dinner Plate", "Serving Bowl", "Tableware Set"],
            "A table laid for two or twelve."),
        ("Pots & Pans", "bowl", ["Milk Pan", "Frying Pan", "Saucepan", "Casserole", "Roasting Tin"],
            "Heavy bottoms, tight lids."),
        ("Kitchen Tools", "tool", ["Peeler", "Whisk", "Chopping Board", "Chef's Knife", "Knife Block"],
            "The drawer that you open ten times a day."),
        ("Glassware", "bottle", ["Tumbler", "Wine Glass", "Water Carafe", "Decanter", "Glass Set"],
            "Thin rims and honest weight."),
        ("Desk Lamps", "lamp", ["Clip Lamp", "Reading Lamp", "Desk Lamp", "Task Lamp", "Architect Lamp"],
            "Light where you read and work."),
        ("Floor & Table Lamps", "lamp", ["Night Light", "Table Lamp", "Paper Lantern", "Floor Lamp", "Arc Lamp"],
            "Light for the rest of the room."),
        ("Chairs & Stools", "chair", ["Step Stool", "Stool", "Dining Chair", "Rocking Chair", "Armchair"],
            "Somewhere to sit."),
        ("Tables & Desks", "chair", ["Side Table", "Folding Table", "Coffee Table", "Writing Desk", "Dining Table"],
            "Somewhere to put things."),
        ("Storage & Baskets", "box", ["Storage Box", "Basket", "Drawer Organiser", "Laundry Basket", "Chest"],
            "Order without labels."),
        ("Bedding", "cloth", ["Pillowcase", "Pillow", "Fitted Sheet", "Wool Blanket", "Duvet Cover"],
            "Washed linen and warm wool."),
        ("Towels & Bath", "cloth", ["Face Cloth", "Hand Towel", "Bath Mat", "Bath Towel", "Bathrobe"],
            "Soft, thick, quick to dry."),
        ("Soap & Care", "bottle", ["Soap Bar", "Hand Cream", "Shampoo", "Bath Oil", "Gift Set"],
            "Made in small batches."),
        ("Notebooks & Paper", "book", ["Memo Pad", "Notebook", "Sketchbook", "Diary", "Photo Album"],
            "Paper that takes ink well."),
        ("Pens & Pencils", "tool", ["Pencil Set", "Ballpoint Pen", "Brush Pen", "Fountain Pen", "Pen Case"],
            "Things that write."),
        ("Cookbooks", "book", ["Baking Book", "Soup Book", "Vegetable Book", "Bread Book", "Family Cookbook"],
            "Recipes that work on a weekday."),
        ("Toys & Games", "ball", ["Spinning Top", "Card Game", "Wooden Puzzle", "Board Game", "Building Set"],
            "For rainy afternoons."),
        ("Balls & Outdoor Games", "ball", ["Juggling Balls", "Football", "Skittles", "Badminton Set", "Croquet Set"],
            "For dry ones."),
        ("Garden Tools", "tool", ["Hand Trowel", "Pruning Shears", "Watering Can", "Garden Fork", "Spade"],
            "Ash handles, forged heads."),
        ("Pots & Planters", "bowl", ["Seed Tray", "Flower Pot", "Hanging Planter", "Window Box", "Planter"],
            "A place to grow."),
        ("Bags & Backpacks", "bag", ["Pouch", "Tote Bag", "Shoulder Bag", "Backpack", "Weekend Bag"],
            "Carried for years."),
        ("Scarves & Gloves", "cloth", ["Mittens", "Gloves", "Scarf", "Shawl", "Winter Set"],
            "Knitted for the cold months."),
        ("Candles", "lamp", ["Tea Light Set", "Pillar Candle", "Scented Candle", "Candle Holder", "Candelabra"],
            "Beeswax and rapeseed wax."),
    ];

    public static readonly string[] Adjectives =
    [
        "Classic", "Small", "Everyday", "Large", "Folding", "Striped", "Nordic", "Coastal", "Rustic", "Slim",
        "Round", "Woodland", "Harbour", "Winter", "Heritage", "Speckled", "Studio", "Traveller's", "Plain",
        "Garden",
    ];

    public static readonly string[] Brands =
    [
        "Alder", "Birkdale", "Corrin", "Dunmore", "Eskdale", "Fenwick", "Gorse", "Halden", "Inglewood",
        "Juniper", "Kestrel", "Lindow", "Marram", "Northlea", "Oakham", "Pennant",
    ];

    public static readonly string[] Colours =
    [
        "#2f6b5e", "#b4532a", "#34568b", "#8a6d3b", "#7a3e5d", "#4f6d2f", "#9c3f3f", "#3f6f8f", "#6a5a8c",
        "#5b5b5b",
    ];

    public static readonly string[] Materials =
    [
        "oiled oak", "stoneware", "brushed steel", "recycled glass", "washed linen", "merino wool", "cork",
        "waxed canvas", "solid brass", "beech",
    ];

    public static readonly string[] Openings =
    [
        "Made to be used every day.", "A quiet piece that goes with what you have.",
        "Designed with three generations of the workshop.", "Light in the hand and hard to wear out.",
        "Our best seller of the first year, made a little better.", "Simple, and finished with care.",
    ];

    public static readonly string[] Details =
    [
        "The main parts are {0}, chosen by hand.", "Made of {0} with a matt finish.",
        "A core of {0} keeps it steady.", "With details in {0} that age well.",
        "We use {0} from a family firm two towns away.",
    ];

    public static readonly string[] Closings =
    [
        "Guaranteed for five years.", "Repairs are free of charge, for ever.", "Packed without plastic.",
        "Wipe it with a damp cloth; that is all.", "Every piece differs slightly.",
    ];

    public static readonly string[][] ReviewTexts =
    [
        [
            "Broke in the first week.",
            "Not as described, sent it back.",
            "Much smaller than the picture suggests.",
        ],
        [
            "It does the job, barely.",
            "The finish is rough in places.",
            "Nice idea, poor stitching and joints.",
        ],
        [
            "Good enough for the price.",
            "Does what it should. Delivery took a while.",
            "Fine, though the colour is darker than shown.",
        ],
        [
            "Very pleased, would buy again.",
            "Solid and well made.",
            "A present that was liked at once.",
            "Better than the one it replaces.",
        ],
        [
            "Exactly what I was looking for.",
            "Beautiful, and it feels like it will last.",
            "Bought a second one for my sister.",
            "Ten out of ten.",
        ],
    ];

    public static readonly string[] FirstNames =
    [
        "Ada", "Ben", "Clara", "David", "Elena", "Felix", "Greta", "Hugo", "Ines", "Jonas", "Karin", "Leo",
        "Marta", "Nils", "Olga", "Paul", "Quentin", "Rosa", "Simon", "Thea", "Ulla", "Victor", "Wanda", "Xaver",
        "Yara", "Zoe", "Amir", "Bella", "Carlos", "Dora", "Emil", "Fatima", "Gustav", "Hanna", "Ivan", "Julia",
        "Kofi", "Lena", "Milan", "Nora",
    ];

    public static readonly string[] LastNames =
    [
        "Abbott", "Becker", "Costa", "Dahl", "Evans", "Ferrari", "Garcia", "Hansen", "Ivanov", "Jensen",
        "Kowalski", "Larsen", "Moreau", "Novak", "Okafor", "Patel", "Quinn", "Rossi", "Schmidt", "Tanaka",
        "Unger", "Vargas", "Weber", "Young", "Zimmer",
    ];

    public static readonly string[] Streets =
    [
        "Harbour Street", "Mill Lane", "Station Road", "Orchard Way", "Bridge Street", "High Street",
    ];

    public static readonly string[] Cities =
    [
        "Aldmouth", "Breckton", "Carrow", "Dunwell", "Eastmere", "Farley",
    ];
}
