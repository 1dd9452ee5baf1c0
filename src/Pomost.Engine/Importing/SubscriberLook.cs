using System.Globalization;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>A column of a file as it was found in all its lines.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Name">As the file calls it; its number from 1 when it has no name.</param>
/// <param name="Example">The first cell that is not empty, or null.</param>
public sealed record SubscriberColumn(int Index, string Name, string? Example)
{
    internal ColumnSense Sense { get; init; }

    /// <summary>Lines in which it is filled.</summary>
    internal long Filled { get; init; }

    /// <summary>Cells that are dates, numbers of days included.</summary>
    internal long Dates { get; init; }

    /// <summary>Cells with a word that speaks of subscribing whatever the column is called.</summary>
    internal long Telling { get; init; }

    /// <summary>Every filled cell is a yes, a no or a word of a state, and not all are a yes.</summary>
    internal bool IsYesOrNo { get; init; }

    /// <summary>The order its dates are in; null = it has none whose order matters.</summary>
    internal DateOrder? Order { get; init; }

    /// <summary>A date that can be read in two ways, or null.</summary>
    internal string? TwoWays { get; init; }
}

/// <summary>What the columns of a stored file hold, found by reading all of it.</summary>
/// <param name="Columns">In the order of the file.</param>
/// <param name="Guess">Columns by field, as they seem to be meant.</param>
/// <param name="AllRefused">Every line says in a column of refusals that the person unsubscribed or cannot be reached.</param>
public sealed record SubscriberLook(IReadOnlyList<SubscriberColumn> Columns, IReadOnlyDictionary<string, int> Guess, bool AllRefused)
{
    /// <summary>Reads a file line by line.</summary>
    internal sealed class Reader(IReadOnlyList<string> header)
    {
        readonly List<Counter> _counters = [.. header.Select((name, index) => new Counter(index, name))];
        IReadOnlyList<string> _first = [];
        long _lines;
        bool _allRefused = true;

        public void Take(SubscriberLine line)
        {
            if (_lines++ == 0)
                _first = line.Cells;
            while (_counters.Count < line.Cells.Count)
                _counters.Add(new Counter(_counters.Count, ""));
            var isRefused = false;
            for (var index = 0; index < line.Cells.Count; index++)
            {
                if (SubscriberReading.Cell(line, index) is { } cell)
                    isRefused |= _counters[index].Take(cell);
            }

            _allRefused &= isRefused;
        }

        public SubscriberLook End()
        {
            var columns = _counters.ConvertAll(counter => counter.End(_lines));
            return new SubscriberLook(columns, Guessed(columns), _allRefused && _lines > 0);
        }

        Dictionary<string, int> Guessed(List<SubscriberColumn> columns)
        {
            var guess = SubscriberGuess.Of(header, _first);
            bool IsFree(SubscriberColumn column) => !guess.ContainsValue(column.Index);
            // A column with a known name can hold something else: "stan" is also a state of the Union.
            if (guess.TryGetValue("consent", out var known) && columns[known].Sense != ColumnSense.Consent)
                guess.Remove("consent");
            if (!guess.ContainsKey("consent") && columns.Find(column => column.Sense == ColumnSense.Consent && IsFree(column)) is { } consent)
                guess["consent"] = consent.Index;
            if (!guess.ContainsKey("date") && columns.Find(column => column.Sense == ColumnSense.SignedUpAt && column.Filled > 0 && IsFree(column)) is { } date)
                guess["date"] = date.Index;
            return guess;
        }
    }

    sealed class Counter(int index, string name)
    {
        readonly ColumnSense _sense = ColumnNames.Of(name);
        readonly bool _isNamed = name.Length > 0 && !name.All(char.IsAsciiDigit);
        string? _example;
        string? _twoWays;
        long _filled, _dates, _telling, _words, _notYes, _zeros, _ones;
        bool _dayFirst, _monthFirst;

        /// <summary>Counts a cell; true when it is a refusal.</summary>
        public bool Take(string cell)
        {
            _filled++;
            _example ??= cell;
            var number = ConsentWords.Number(cell);
            _dates += SubscriberDates.IsDate(cell) || SubscriberDates.IsNone(cell) || number is >= 32_874 ? 1 : 0;
            _telling += ConsentWords.IsTelling(cell) ? 1 : 0;
            var state = ConsentWords.StateOf(cell);
            _words += state is null ? 0 : 1;
            _notYes += state is not null and not ConsentState.Granted ? 1 : 0;
            _zeros += number == 0 ? 1 : 0;
            _ones += number == 1 ? 1 : 0;
            TakeOrder(cell);
            return _sense is ColumnSense.Unsubscribed or ColumnSense.Unreachable && SubscriberReading.IsRefusal(cell);
        }

        public SubscriberColumn End(long lines) => new(index, _isNamed ? name : (index + 1).ToString(CultureInfo.InvariantCulture), _example)
        {
            Sense = _sense == ColumnSense.SignedUpAt && _dates < _filled ? ColumnSense.Consent
                : _sense == ColumnSense.SignedUpAt && _filled < lines ? ColumnSense.SignedUpAtTimes : _sense,
            Filled = _filled,
            Dates = _dates,
            Telling = _telling,
            // Figures of a named column count something unless both 0 and 1 are there, and nothing else.
            IsYesOrNo = _filled > 0 && _words == _filled && _notYes > 0 && (!_isNamed || _zeros + _ones < _filled || (_zeros > 0 && _ones > 0)),
            Order = (_dayFirst, _monthFirst, _twoWays) switch
            {
                (true, false, _) => DateOrder.DayFirst,
                (false, true, _) => DateOrder.MonthFirst,
                (false, false, null) => null,
                _ => DateOrder.Unknown,
            },
            TwoWays = _twoWays ?? (_dayFirst && _monthFirst ? _example : null),
        };

        void TakeOrder(string cell)
        {
            var order = SubscriberDates.OrderOf(cell);
            _dayFirst |= order == DateOrder.DayFirst;
            _monthFirst |= order == DateOrder.MonthFirst;
            if (order == DateOrder.Unknown)
                _twoWays ??= cell;
        }
    }
}
