using Pomost.App.Output;

namespace Pomost.App.Commands;

/// <summary>
/// Reads a secret that an option names instead of holding: what stands on a command line is seen by other users of the machine and kept in the shell's history.
/// </summary>
static class SecretInput
{
    const string Variable = "env:";

    /// <summary>For the description of an option.</summary>
    public const string Help = "@FILE, env:NAME or - (a line of standard input) keep it off the command line.";

    /// <summary>The secret; null when none was typed.</summary>
    /// <param name="typed"><c>@FILE</c>, <c>env:NAME</c>, <c>-</c> for the next line of standard input, <c>@@…</c> for a secret that begins with @, or the secret itself.</param>
    /// <param name="option">As it was typed, for messages.</param>
    /// <exception cref="UsageException">There is no such file or variable, or nothing in it.</exception>
    public static string? Read(string? typed, string option)
    {
        if (string.IsNullOrEmpty(typed))
            return typed;
        if (typed == "-")
            return Found(Console.In.ReadLine(), option, "standard input has no further line");
        if (typed.StartsWith("@@", StringComparison.Ordinal))
            return Warned(typed[1..], option);
        if (typed[0] == '@')
            return Found(OfFile(typed[1..], option), option, $"{typed[1..]} is empty");
        return typed.StartsWith(Variable, StringComparison.Ordinal)
            ? Found(Environment.GetEnvironmentVariable(typed[Variable.Length..]), option, $"the variable {typed[Variable.Length..]} is not set") : Warned(typed, option);
    }

    static string Warned(string secret, string option)
    {
        Printer.Problem($"{option}: other users of this machine can see what stands on a command line, and the shell keeps it. {Help}");
        return secret;
    }

    static string Found(string? text, string option, string otherwise)
        => text?.Trim() is { Length: > 0 } secret ? secret : throw new UsageException($"{option}: {otherwise}.");

    static string OfFile(string path, string option)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{option}: {e.Message}");
        }
    }
}
