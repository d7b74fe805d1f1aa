using Microsoft.EntityFrameworkCore;

namespace FastOrm.Cache.Tests.Integration.Fidelity.Models;

/// <summary>How the unusual entities are mapped.</summary>
internal static class MappingModel
{
    public static void Build(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Member>(m =>
        {
            m.Property(x => x.Id).ValueGeneratedNever();
            m.Property(x => x.Name);
            m.Property<int>("_score").HasColumnName("Score");
            m.Property<string?>("Secret");
            m.Property<int>("Version").IsConcurrencyToken();
            m.HasMany(x => x.Badges).WithOne().HasForeignKey("MemberId");
        });
        modelBuilder.Entity<Badge>().Property(x => x.Id).ValueGeneratedNever();
        modelBuilder.Entity<MemberLine>().HasNoKey().ToView("MemberLines");
        modelBuilder.Entity<MemberCount>().HasNoKey().ToSqlQuery("""SELECT count(*) AS "Members", max("Id") AS "Last" FROM "Members" """);
        modelBuilder.Entity<LogLine>().HasNoKey().ToTable("LogLines");
        modelBuilder.SharedTypeEntity<Dictionary<string, object>>("Setting", s =>
        {
            s.IndexerProperty<string>("Id");
            s.IndexerProperty<int>("Value");
            s.IndexerProperty<string?>("Note");
        });
        modelBuilder.SharedTypeEntity<Phrase>("English").Property(x => x.Id).ValueGeneratedNever();
        modelBuilder.SharedTypeEntity<Phrase>("French").Property(x => x.Id).ValueGeneratedNever();
        modelBuilder.Entity<Country>(c =>
        {
            c.Property(x => x.Id).ValueGeneratedNever();
            c.HasAlternateKey(x => x.Code);
            c.HasMany(x => x.Towns).WithOne(x => x.Country).HasForeignKey(x => x.CountryCode).HasPrincipalKey(x => x.Code);
        });
        modelBuilder.Entity<Town>().Property(x => x.Id).ValueGeneratedNever();
        modelBuilder.Entity<Seat>().HasKey(x => new { x.Row, x.Number });
        modelBuilder.Entity<Ticket>(t =>
        {
            t.Property(x => x.Id).ValueGeneratedNever();
            t.HasOne(x => x.Seat).WithMany(x => x.Tickets).HasForeignKey(x => new { x.SeatRow, x.SeatNumber });
        });
        modelBuilder.Entity<Dossier>(d =>
        {
            d.Property(x => x.Id).HasConversion(id => id.Value, value => new DossierId(value)).ValueGeneratedNever();
            d.HasMany(x => x.Sheets).WithOne().HasForeignKey(x => x.DossierId);
        });
        modelBuilder.Entity<Sheet>(s =>
        {
            s.Property(x => x.Id).ValueGeneratedNever();
            s.Property(x => x.DossierId).HasConversion(id => id.Value, value => new DossierId(value));
        });
        modelBuilder.Entity<Student>(s =>
        {
            s.Property(x => x.Id).ValueGeneratedNever();
            s.HasMany(x => x.Courses).WithMany(x => x.Students).UsingEntity<Enrolment>(
                e => e.HasOne(x => x.Course).WithMany(x => x.Enrolments), e => e.HasOne(x => x.Student).WithMany(x => x.Enrolments));
        });
        modelBuilder.Entity<Course>().Property(x => x.Id).ValueGeneratedNever();
        modelBuilder.Entity<Shelf>().Property(x => x.Id).ValueGeneratedNever();
        modelBuilder.Entity<Jar>().Property(x => x.Id).ValueGeneratedNever();
        modelBuilder.Entity<Drawer>().Property(x => x.Id).ValueGeneratedNever();
        modelBuilder.Entity<Spoon>().Property(x => x.Id).ValueGeneratedNever();
        modelBuilder.Entity<Watcher>().Property(x => x.Id).ValueGeneratedNever();
        modelBuilder.Entity<Invoice>(i =>
        {
            i.Property(x => x.Id).ValueGeneratedNever();
            i.Navigation(x => x.Payer).AutoInclude();
            i.Navigation(x => x.Rows).AutoInclude();
        });
        modelBuilder.Entity<InvoiceRow>().Property(x => x.Id).ValueGeneratedNever();
        modelBuilder.Entity<Payer>().Property(x => x.Id).ValueGeneratedNever();
    }
}
