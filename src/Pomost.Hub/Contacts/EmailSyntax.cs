namespace Pomost.Hub;

/// <summary>Whether a text is an e-mail address: one @, at most 64 characters before it, at most 254 in all, a plausible host.</summary>
internal static class EmailSyntax
{
    private const int MaxLocal = 64;
    private const int MaxWhole = 254;
    private const string LocalPunctuation = ".!#$%&'*+/=?^_`{|}~-";

    /// <exception cref="HubRefusal">Absent or not an address. The message does not repeat it: messages end up in logs.</exception>
    public static string Check(string? email)
    {
        if (email is null) throw HubRefusal.Missing("email");
        return IsValid(email) ? email : throw new HubRefusal("email is not valid", reasonCode: HubRefusal.PatternNotMatched);
    }

    public static bool IsValid(string email)
    {
        var at = email.LastIndexOf('@');
        return email.Length <= MaxWhole && at is > 0 and <= MaxLocal && IsLocal(email.AsSpan(0, at)) && IsHost(email.AsSpan(at + 1));
    }

    private static bool IsLocal(ReadOnlySpan<char> local)
    {
        if (local is ['"', .., '"'] && local.Length > 2) return local[1..^1].IndexOfAny("\"\\\n\r") < 0;
        if (local[0] == '.' || local[^1] == '.' || local.IndexOf("..") >= 0) return false;
        foreach (var character in local)
        {
            if (!char.IsLetterOrDigit(character) && !LocalPunctuation.Contains(character, StringComparison.Ordinal)) return false;
        }
        return true;
    }

    private static bool IsHost(ReadOnlySpan<char> host)
    {
        if (host.IndexOf('.') < 1) return false;
        foreach (var part in host.Split('.'))
        {
            var label = host[part];
            if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-') return false;
            foreach (var character in label)
            {
                if (!char.IsLetterOrDigit(character) && character != '-') return false;
            }
        }
        return true;
    }
}
