using Microsoft.Extensions.Logging;
using Pomost.Contract;

namespace Pomost.Engine;

static partial class StoreRunLog
{
    [LoggerMessage(29, LogLevel.Warning, "Store {StoreId}: the shop did not take tags, tried again later: {Reason}")]
    public static partial void TagsNotTaken(ILogger log, long storeId, string reason);

    [LoggerMessage(35, LogLevel.Warning, "Store {StoreId}: the shop did not give its products, tried again later: {Reason}")]
    public static partial void ProductsNotGiven(ILogger log, long storeId, string reason);

    [LoggerMessage(36, LogLevel.Warning, "Store {StoreId}: the shop listed no product at all; that is not believed, and no product is taken for gone")]
    public static partial void ProductListEmpty(ILogger log, long storeId);

    [LoggerMessage(30, LogLevel.Information, "Store {StoreId}: {Count} subscribers vanished from the shop's list; a person may send their opt-outs")]
    public static partial void SubscribersVanished(ILogger log, long storeId, long count);

    [LoggerMessage(41, LogLevel.Error, "Store {StoreId}: a part of the work failed for a reason nobody foresaw, failure {Failures} in a row; all others go on. {Error}")]
    public static partial void PartFailed(ILogger log, long storeId, int failures, string error);

    [LoggerMessage(42, LogLevel.Error, "Store {StoreId}: {Count} records of {Stream} failed for a reason nobody foresaw. {Error}")]
    public static partial void RecordsFailed(ILogger log, long storeId, int count, ShopStream stream, string error);

    [LoggerMessage(43, LogLevel.Warning, "Store {StoreId}: {Count} announcements of {Stream} given up")]
    public static partial void AnnouncementsGivenUp(ILogger log, long storeId, int count, ShopStream stream);

    [LoggerMessage(10, LogLevel.Information, "Store {StoreId}: another run began, epoch {Epoch} stops")]
    public static partial void Stale(ILogger log, long storeId, long epoch);

    [LoggerMessage(11, LogLevel.Error, "Store {StoreId}: the run failed and is tried again in {Seconds} s")]
    public static partial void Failed(ILogger log, long storeId, double seconds, Exception e);

    [LoggerMessage(16, LogLevel.Error, "Store {StoreId}: the run failed with its database and is tried again")]
    public static partial void Unrecorded(ILogger log, long storeId, Exception e);

    [LoggerMessage(12, LogLevel.Error, "Store {StoreId} stands still, {Problem} ({SettingKey}): {Reason}")]
    public static partial void NeedsOperator(ILogger log, long storeId, ConnectionProblem problem, string settingKey, string reason);

    [LoggerMessage(13, LogLevel.Warning, "Store {StoreId}: the shop cannot answer now, failure {Failures} in a row: {Reason}")]
    public static partial void ShopWaits(ILogger log, long storeId, int failures, string reason);

    [LoggerMessage(14, LogLevel.Information, "Store {StoreId}: webhooks active: {Active}, made or mended: {Repaired}")]
    public static partial void Webhooks(ILogger log, long storeId, bool active, int repaired);

    [LoggerMessage(16, LogLevel.Warning, "Store {StoreId}: {Count} webhooks never came; polling found what they should have told")]
    public static partial void WebhooksLost(ILogger log, long storeId, int count);

    [LoggerMessage(17, LogLevel.Warning, "Store {StoreId}: the module in the shop did not answer, the store goes on without it: {Reason}")]
    public static partial void ModuleFailed(ILogger log, long storeId, string reason);

    [LoggerMessage(15, LogLevel.Warning, "Store {StoreId}: webhooks could not be looked after, polling goes on: {Reason}")]
    public static partial void WebhooksFailed(ILogger log, long storeId, string reason);
}
