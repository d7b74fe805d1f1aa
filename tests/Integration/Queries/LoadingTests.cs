using FastOrm.Cache.EfCore;
using FastOrm.Cache.Tests.Integration.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace FastOrm.Cache.Tests.Integration.Queries;

/// <summary>Loading related entities, lazily and explicitly, of entities that a hit has given.</summary>
public sealed class LoadingTests : IDisposable
{
    private readonly TestDatabase<BlogContext> _database = new(static options => new BlogContext(options), BlogContext.Seed);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_navigation_is_loaded_lazily_after_a_hit(bool isTracked)
    {
        IQueryable<Blog> Query(BlogContext db)
            => (isTracked ? db.Blogs.AsTracking() : db.Blogs.AsNoTracking()).OrderBy(static b => b.Id).Remember();
        for (var run = 1; run >= 0; run--)
        {
            using var db = _database.New();
            var before = _database.Sql.Count;
            var blogs = Query(db).ToList();
            Assert.Equal(run, _database.Sql.Count - before);

            Assert.Equal([2, 2, 2], blogs.Select(static b => b.Posts.Count));
            Assert.Equal(run + 3, _database.Sql.Count - before);
            Assert.All(blogs, static blog => Assert.All(blog.Posts, post => Assert.Same(blog, post.Blog)));
            Assert.Equal(isTracked ? 9 : 0, db.ChangeTracker.Entries().Count());
        }
    }

    [Fact]
    public void A_reference_is_loaded_lazily_by_the_context_of_the_hit()
    {
        _database.Count(static db => db.Posts.Remember().ToList());
        using var first = _database.New();
        using var second = _database.New();

        var left = first.Posts.Remember().First(static p => p.Id == 1).Blog;
        var right = second.Posts.Remember().First(static p => p.Id == 1).Blog;

        Assert.NotSame(left, right);
        Assert.Equal(EntityState.Unchanged, first.Entry(left).State);
        Assert.Equal(EntityState.Detached, first.Entry(right).State);
    }

    [Fact]
    public async Task Explicit_loading_may_be_remembered()
    {
        foreach (var commands in new[] { 3, 0 })
        {
            await using var db = _database.New();
            var before = _database.Sql.Count;
            var blog = await db.Blogs.Remember().SingleAsync(static b => b.Id == 2);
            var posts = await db.Entry(blog).Collection(static b => b.Posts).Query().Remember().ToListAsync();
            var post = db.Entry(posts[0]).Reference(static p => p.Blog).Query().Remember().Select(static b => b.Name).Single();

            Assert.Equal((2, "blog 2"), (posts.Count, post));
            Assert.All(posts, p => Assert.Equal(2, p.BlogId));
            Assert.Equal(commands, _database.Sql.Count - before);
        }

        await using var other = _database.New();
        var third = await other.Blogs.Remember().SingleAsync(static b => b.Id == 3);
        Assert.All(
            await other.Entry(third).Collection(static b => b.Posts).Query().Remember().ToListAsync(),
            static p => Assert.Equal(3, p.BlogId));
    }

    [Fact]
    public void Load_fixes_up_and_marks_nothing_that_it_would_not_without_Remember()
    {
        for (var run = 0; run < 2; run++)
        {
            using var plain = _database.NewPlain();
            using var db = _database.New();
            plain.Posts.Where(static p => p.BlogId == 1).Load();
            db.Posts.Where(static p => p.BlogId == 1).Remember().Load();
            var expected = plain.Blogs.Single(static b => b.Id == 1);
            var actual = db.Blogs.Remember().Single(static b => b.Id == 1);

            Assert.Equal(
                plain.Entry(expected).Collection(static b => b.Posts).IsLoaded,
                db.Entry(actual).Collection(static b => b.Posts).IsLoaded);
            Assert.Equal(Proof.Tracked(plain), Proof.Tracked(db));
        }
    }

    public void Dispose() => _database.Dispose();

    public sealed class BlogContext(DbContextOptions options) : DbContext(options)
    {
        public DbSet<Blog> Blogs => Set<Blog>();

        public DbSet<Post> Posts => Set<Post>();

        public static void Seed(BlogContext db)
        {
            db.AddRange(Enumerable.Range(1, 3).Select(static i => new Blog(null)
            {
                Id = i, Name = $"blog {i}", Posts = [new Post(null) { Id = 2 * i - 1 }, new Post(null) { Id = 2 * i }],
            }));
            db.SaveChanges();
        }
    }

    public sealed class Blog
    {
        private readonly ILazyLoader? _loader;
        private List<Post> _posts = [];

        public Blog(ILazyLoader? loader) => _loader = loader;

        public int Id { get; set; }

        public string Name { get; set; } = "";

        public List<Post> Posts
        {
            get => _loader.Load(this, ref _posts!)!;
            set => _posts = value;
        }
    }

    public sealed class Post
    {
        private readonly ILazyLoader? _loader;
        private Blog? _blog;

        public Post(ILazyLoader? loader) => _loader = loader;

        public int Id { get; set; }

        public int BlogId { get; set; }

        public Blog Blog
        {
            get => _loader.Load(this, ref _blog)!;
            set => _blog = value;
        }
    }
}
