using System.Text.Json;
using Pomost.Contract;

namespace Pomost.Connectors.Tests.Compliance;

/// <summary>Troubles that all streams meet.</summary>
public static class ComplianceFaults
{
    public static TheoryData<ComplianceFault> Passing { get; } =
    [
        ComplianceFault.Throttled, ComplianceFault.ThrottledWithWait, ComplianceFault.Unavailable, ComplianceFault.InternalError,
        ComplianceFault.CutConnection, ComplianceFault.HtmlPage,
    ];

    public static TheoryData<ComplianceFault> Harmless { get; } =
        [ComplianceFault.UnknownFields, ComplianceFault.NotUtf8, ComplianceFault.DuplicateRows, ComplianceFault.ShuffledRows];
}

/// <summary>What the engine relies on in every stream of records: nobody is left out, the cursor is everything, errors say what happens next.</summary>
public abstract class StreamCompliance<T>(CompliancePlatform platform, ShopStream stream) : RoleCompliance(platform)
{
    protected int Count => SomePagesOf(stream);

    protected bool HasModificationTime => Declared(stream).HasModificationTime;

    /// <summary>Reads the stream.</summary>
    protected abstract IAsyncEnumerable<Page<T>> Read(ShopConnection shop, ReadRequest request, CancellationToken ct = default);

    /// <summary>What tells one record from another.</summary>
    protected abstract string IdOf(T record);

    /// <summary>Fills the stream with records of the past.</summary>
    protected abstract void Seed(IComplianceShop shop, int count);

    /// <summary>Something new happens now.</summary>
    /// <returns>What <see cref="IdOf"/> says of it.</returns>
    protected abstract string Add(IComplianceShop shop);

    /// <summary>A record changes now.</summary>
    protected abstract void Change(IComplianceShop shop, string id);

    /// <summary>How a change of a known record is found: since the cursor where the platform keeps its time, by comparing all where not.</summary>
    protected ReadRequest ChangesSince(SyncCursor cursor)
        => HasModificationTime ? new() { Purpose = ReadPurpose.Increment, From = cursor } : new() { Purpose = ReadPurpose.Sweep };

    protected Task<SyncCursor> EndAsync(IComplianceShop shop) => Connector.CursorAtEndAsync(shop.Connection, stream, default);

    protected async Task<List<T>> ReadAllAsync(IComplianceShop shop, ReadRequest? request = null) => Items(await All(Read(shop.Connection, request ?? new())));

    protected HashSet<string> Ids(IEnumerable<T> records) => records.Select(IdOf).ToHashSet(StringComparer.Ordinal);

    protected async Task<IComplianceShop> SeededAsync(int? count = null)
    {
        var shop = await StartAsync();
        Seed(shop, count ?? Count);
        return shop;
    }

    [Fact]
    public async Task An_empty_shop_has_nothing_to_read()
    {
        await using var shop = await StartAsync();

        Assert.Empty(await ReadAllAsync(shop));
        Assert.Empty(await ReadAllAsync(shop, new() { From = await EndAsync(shop) }));
    }

    [Theory]
    [InlineData(ReadPurpose.Backfill)]
    [InlineData(ReadPurpose.Increment)]
    [InlineData(ReadPurpose.Sweep)]
    public async Task A_full_read_gives_every_record_once_and_twice_the_same(ReadPurpose purpose)
    {
        await using var shop = await SeededAsync();

        var records = await ReadAllAsync(shop, new() { Purpose = purpose });

        Assert.Equal(Count, records.Count);
        Assert.Equal(Count, Ids(records).Count);
        Assert.Equal(JsonSerializer.Serialize(records), JsonSerializer.Serialize(await ReadAllAsync(shop, new() { Purpose = purpose })));
    }

    [Fact]
    public async Task A_read_resumed_after_any_page_misses_nothing()
    {
        await using var shop = await SeededAsync();
        var pages = await All(Read(shop.Connection, new()));
        Assert.True(pages.Count > 2, "Too few pages to prove anything.");

        for (var stop = 0; stop < pages.Count; stop++)
        {
            var rest = await ReadAllAsync(shop, new() { From = pages[stop].Next });
            Assert.Empty(Ids(Items(pages.Skip(stop + 1))).Except(Ids(rest), StringComparer.Ordinal));
            Assert.True(rest.Count <= Items(pages.Skip(stop)).Count, "A resumed read started too far back.");
        }
    }

    [Fact]
    public async Task A_cursor_fits_its_place_and_a_finished_read_has_nothing_more()
    {
        await using var shop = await SeededAsync();

        var pages = await All(Read(shop.Connection, new()));

        Assert.All(pages, page => Assert.InRange(page.Next.Value.Length, 1, 4_000));
        Assert.Empty(await ReadAllAsync(shop, new() { From = pages[^1].Next }));
    }

    [Fact]
    public async Task A_cursor_in_the_future_reads_nothing()
    {
        await using var later = await StartAsync(new(new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Seed(later, Count * 2);
        var end = await EndAsync(later);
        await using var shop = await SeededAsync();
        // What happened a moment ago may be told again: the shop's clock may have been set back.
        shop.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Empty(await ReadAllAsync(shop, new() { From = end }));
    }

    [Fact]
    public async Task From_the_end_on_only_what_happens_afterwards_is_read()
    {
        await using var shop = await SeededAsync();
        var known = await ReadAllAsync(shop);
        shop.Clock.Advance(TimeSpan.FromMinutes(5));
        var end = await EndAsync(shop);
        shop.Clock.Advance(TimeSpan.FromMinutes(5));
        var added = Add(shop);
        string[] expected = [added];
        if (HasModificationTime)
        {
            Change(shop, IdOf(known[3]));
            expected = [added, IdOf(known[3])];
        }

        var read = await ReadAllAsync(shop, new() { From = end, Purpose = ReadPurpose.Increment });

        Assert.Equal(expected.Order(StringComparer.Ordinal), read.Select(IdOf).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_change_of_a_known_record_is_found()
    {
        await using var shop = await SeededAsync(5);
        var known = await ReadAllAsync(shop);
        var end = await EndAsync(shop);
        shop.Clock.Advance(TimeSpan.FromMinutes(5));
        Change(shop, IdOf(known[2]));

        var changed = (await ReadAllAsync(shop, ChangesSince(end))).Where(record => IdOf(record) == IdOf(known[2])).Select(record => JsonSerializer.Serialize(record)).ToList();

        Assert.NotEmpty(changed);
        Assert.DoesNotContain(JsonSerializer.Serialize(known[2]), changed);
    }

    [Theory]
    [MemberData(nameof(ComplianceFaults.Passing), MemberType = typeof(ComplianceFaults))]
    public async Task A_passing_trouble_means_later_and_the_read_goes_on_from_the_last_page(ComplianceFault fault)
    {
        await using var shop = await SeededAsync();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        SyncCursor? cursor = null;
        var later = await Record.ExceptionAsync(async () =>
        {
            await foreach (var page in Read(shop.Connection, new() { Purpose = ReadPurpose.Increment }))
            {
                seen.UnionWith(Ids(page.Items));
                cursor = page.Next;
                shop.Misbehave(fault, 1);
            }
        });
        Assert.NotNull(cursor);
        shop.BehaveAgain();
        // What may be the fault of one record may be got over by smaller pages at once.
        if (later is not null || fault != ComplianceFault.InternalError)
        {
            Assert.Equal(fault == ComplianceFault.ThrottledWithWait ? shop.AskedWait : null, Assert.IsType<RetryLaterException>(later).After);
            seen.UnionWith(Ids(await ReadAllAsync(shop, new() { From = cursor })));
        }

        Assert.Equal(Count, seen.Count);
    }

    [Theory]
    [MemberData(nameof(ComplianceFaults.Harmless), MemberType = typeof(ComplianceFaults))]
    public async Task Odd_answers_cost_no_record(ComplianceFault fault)
    {
        await using var shop = await SeededAsync();
        shop.Misbehave(fault, int.MaxValue);

        Assert.Equal(Count, Ids(await ReadAllAsync(shop)).Count);
    }

    [Fact]
    public async Task A_redirect_tells_the_operator_where_the_shop_went_and_a_page_instead_of_data_only_delays()
    {
        await using var shop = await SeededAsync();
        shop.Misbehave(ComplianceFault.RedirectElsewhere, int.MaxValue);
        var redirected = await Assert.ThrowsAsync<NeedsOperatorException>(() => ReadAllAsync(shop));
        shop.BehaveAgain();
        shop.Misbehave(ComplianceFault.HtmlPage, int.MaxValue);
        await Assert.ThrowsAsync<RetryLaterException>(() => ReadAllAsync(shop));

        Assert.Equal(ConnectionProblem.Redirected, redirected.Problem);
        Assert.Contains("somewhere-else.example", redirected.Detail, StringComparison.Ordinal);
        Assert.All(
            Connector.Info.Settings.Where(field => field.Kind == SettingKind.Secret).Select(field => shop.Connection.Settings[field.Key]).OfType<string>(),
            secret => Assert.DoesNotContain(secret, redirected.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Wrong_credentials_name_the_field_to_mend()
    {
        await using var shop = await SeededAsync(5);

        var refused = await Assert.ThrowsAsync<NeedsOperatorException>(() => All(Read(shop.Connection with { Settings = shop.WrongCredentials }, new())));

        Assert.Equal(ConnectionProblem.CredentialsRefused, refused.Problem);
        Assert.Contains(refused.SettingKey, SettingKeys);
    }

    [Fact]
    public async Task A_read_can_be_left_early_and_cancelled()
    {
        await using var shop = await SeededAsync();
        await foreach (var page in Read(shop.Connection, new() { Purpose = ReadPurpose.Backfill }))
        {
            Assert.NotEmpty(page.Items);
            break;
        }

        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => All(Read(shop.Connection, new(), cancelled.Token)));
    }
}
