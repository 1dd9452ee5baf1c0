using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Pomost.Engine;

namespace Pomost.Storage;

/// <summary>
/// ASP.NET Core Identity on the tables of our own migrations, the same on both databases: ids as text, times as Unix milliseconds UTC.
/// Entity Framework creates and changes no table here.
/// </summary>
public sealed class PomostIdentityContext(DbContextOptions<PomostIdentityContext> options) : IdentityUserContext<PomostUser, Guid>(options)
{
    protected override Version SchemaVersion => IdentitySchemaVersions.Version3;

    /// <exception cref="System.Data.Common.DbException">With <see cref="NoRoom.SqlState"/>, as from <see cref="Database"/>: no room was left.</exception>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        try
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
        catch (Exception failure) when (DiskFullException.Is(failure))
        {
            throw new DiskFullException(failure);
        }
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<Guid>().HaveConversion<GuidToStringConverter>();
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<PomostUser>().ToTable("app_user");
        builder.Entity<IdentityUserClaim<Guid>>().ToTable("app_user_claim");
        builder.Entity<IdentityUserLogin<Guid>>().ToTable("app_user_login");
        builder.Entity<IdentityUserToken<Guid>>().ToTable("app_user_token");
        builder.Entity<IdentityUserPasskey<Guid>>().ToTable("app_user_passkey");
        foreach (var property in builder.Model.GetEntityTypes().Where(entity => !entity.IsOwned()).SelectMany(entity => entity.GetProperties()))
            property.SetColumnName(SnakeCase(property.Name));
        builder.Entity<IdentityUserPasskey<Guid>>().OwnsOne(passkey => passkey.Data, data => data.ToJson("data"));
    }

    private static string SnakeCase(string name) =>
        string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? "_" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()));

    private sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(), value => DateTimeOffset.FromUnixTimeMilliseconds(value));
}
