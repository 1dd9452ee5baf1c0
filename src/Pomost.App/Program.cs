using System.CommandLine;
using System.CommandLine.Invocation;
using Pomost.App.Commands;
using Pomost.App.Output;
using Pomost.Connectors;
using Pomost.Contract;

var common = new CommonOptions();
var root = new RootCommand("Pomost joins your online shop with SALESmanago: contacts, consents, tags, orders and carts.")
{
    ServeCommand.Make(common),
    DemoCommand.Make(common),
    StoreCommands.Make(common, new PlatformCatalogue()),
    DestinationCommands.Make(common),
    HubCommands.Make(common),
    ExportCommands.Make(common),
    LimitCommands.Make(common),
    SyncCommand.Make(common),
    AlertCommands.Make(common),
    DeadLetterCommands.Make(common),
    DeadLetterCommands.MakeReplay(common),
    ImportCommands.Make(common),
    TagCommands.Make(common),
    ProductCommands.Make(common),
    ModuleCommand.Make(common),
    ConsentCommands.Make(common),
    TraceCommand.Make(common),
    CallbackCommands.Make(common),
    EraseCommand.Make(common),
    PersonCommand.Make(common),
    ApiKeyCommands.Make(common),
    AuditCommand.Make(common),
    WebhookCommands.Make(common),
    SimulateCommand.Make(common),
    AccountCommands.Make(common),
    DoctorCommand.Make(common),
    OpenApiCommand.Make(),
};
common.AddTo(root);

try
{
    // "@FILE" names the place of a secret here, not a file of further arguments.
    TypedInput.Check(args);
    var line = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
    var exitCode = await line.InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        // Longer than the host's own shutdown, in which store runs finish the page in hand.
        ProcessTerminationTimeout = TimeSpan.FromSeconds(35),
    });
    return line.Action is ParseErrorAction ? ExitCodes.Usage : exitCode;
}
catch (UsageException e)
{
    Printer.Problem(e.Message);
    return ExitCodes.Usage;
}
catch (NeedsOperatorException e)
{
    Printer.Problem(Sentences.Of(e));
    return ExitCodes.NeedsOperator;
}
catch (OperationCanceledException)
{
    return ExitCodes.Stopped;
}
catch (Exception e)
{
    Printer.Problem($"{e.GetType().Name}: {e.Message}");
    return ExitCodes.Failed;
}
