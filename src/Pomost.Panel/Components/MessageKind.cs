namespace Pomost.Panel.Components;

public enum MessageKind
{
    NotFound,
    Expired,
    Failed,
    Denied,
}
