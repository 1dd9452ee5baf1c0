namespace Pomost.Panel.Components;

public enum MessageKind
{
    NotFound,
    Expired,
    TooLarge,
    Failed,
    Denied,
    NoRoom,
}
