using System.Security.Claims;
using Pomost.Engine;

namespace Pomost.Panel.Web;

/// <summary>What of people's data a role may see: viewers see that somebody is there, not how to reach them.</summary>
public static class Masking
{
    /// <summary>False for those who see addresses masked.</summary>
    public static bool SeesAddresses(this ClaimsPrincipal person) => person.Role() != AccountRole.Viewer;

    /// <summary>True for those who may save all that is held of a person: it speaks of every store.</summary>
    public static bool MaySavePerson(this ClaimsPrincipal person) => person.SeesAddresses() && person.Stores() is null;

    /// <summary>An address as this role may see it: viewers see "a***@poczta.example". What is no address is shown as it is.</summary>
    public static string Shown(string text, AccountRole role)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return role != AccountRole.Viewer || at < 1 ? text : text[..1] + "***" + text[at..];
    }

    /// <summary>A telephone as this role may see it: viewers see its last two digits.</summary>
    public static string Phone(string phone, AccountRole role) => role != AccountRole.Viewer ? phone : "***" + phone[^Math.Min(2, phone.Length)..];
}
