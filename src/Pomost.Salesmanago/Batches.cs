using Pomost.Contract;
using Pomost.Salesmanago.Wire;

namespace Pomost.Salesmanago;

/// <summary>Finds the records that spoil a batch the destination refused as a whole, by halving it.</summary>
static class Batches
{
    /// <summary>So many single refusals in the same words, with nothing taken, and it is not about the records.</summary>
    const int SameWordsLimit = 10;

    /// <summary>Sends a batch and, when it is refused as a whole, its halves.</summary>
    /// <param name="records">What to send.</param>
    /// <param name="send">Sends a part; gives what the destination said, and what it refused of a part it took.</param>
    /// <param name="personal">Values of a record that must not stand in a message.</param>
    public static async Task<List<RefusedRecord>> SendAsync<T>(
        IReadOnlyList<T> records, Func<IReadOnlyList<T>, Task<(Reply Reply, IReadOnlyList<RefusedRecord> Refused)>> send, Func<T, string?[]> personal)
    {
        var refused = new List<RefusedRecord>();
        var parts = new LinkedList<(int From, int Count)>([(0, records.Count)]);
        var (singles, taken, words, fromEnd) = (0, false, (string?)null, false);
        while ((fromEnd ? parts.Last : parts.First) is { Value: var part } node)
        {
            parts.Remove(node);
            var (reply, refusedOfPart) = await send(part.Count == records.Count ? records : [.. records.Skip(part.From).Take(part.Count)]);
            if (reply.Success == true)
            {
                taken |= refusedOfPart.Count < part.Count;
                refused.AddRange(refusedOfPart.Select(one => one with { Index = one.Index + part.From }));
                continue;
            }

            if (part.Count > 1)
            {
                var (left, right) = ((part.From, part.Count / 2), (part.From + (part.Count / 2), part.Count - (part.Count / 2)));
                if (fromEnd)
                {
                    parts.AddLast(left);
                    parts.AddLast(right);
                }
                else
                {
                    parts.AddFirst(right);
                    parts.AddFirst(left);
                }

                continue;
            }

            var text = RefusalText.Of(reply.Message, personal(records[part.From]));
            singles = words == text ? singles + 1 : 1;
            words = text;
            // From both ends in turn: ten bad records in a row at the start do not speak for the rest.
            fromEnd = !fromEnd;
            refused.Add(new RefusedRecord(part.From, text));
            if (singles == SameWordsLimit && !taken && parts.Count > 0)
                throw new NeedsOperatorException(ConnectionProblem.Other, SalesmanagoSettings.ClientId, $"SALESmanago refuses every record: {text}");
        }

        refused.Sort((one, other) => one.Index.CompareTo(other.Index));
        return refused;
    }
}
