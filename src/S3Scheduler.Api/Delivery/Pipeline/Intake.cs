namespace S3Scheduler.Api.Delivery.Pipeline;

/// <summary>
/// Counts what a sweep has in hand for one destination or bucket. When there is no more room, later schedules are
/// passed over. From then on only a look that shows these again may add any, because later ones must not overtake them.
/// </summary>
/// <param name="outer">The intake of the bucket, for that of a destination.</param>
internal sealed class Intake(int room, Intake? outer = null)
{
    private const int NoLook = -1;

    private int _shownBy = NoLook; // the look that shows again what was passed over

    public int Count { get; private set; }

    public bool HasPassedOver { get; private set; }

    public bool IsFull => Count >= room;

    /// <summary>Whether a look should show again what was passed over, because there is room for it now.</summary>
    public bool WantsLook => HasPassedOver && _shownBy == NoLook && Count <= room / 2;

    public bool Accepts(int look) => (!HasPassedOver || _shownBy == look) && outer?.Accepts(look) != false;

    public void Add() => Count++;

    public void Remove() => Count--;

    public void PassOver() => (HasPassedOver, _shownBy) = (true, NoLook);

    public void LookBegins(int look) => _shownBy = HasPassedOver ? look : NoLook;

    /// <summary>The look has shown everything.</summary>
    public void LookEnds(int look)
    {
        if (_shownBy == look) (HasPassedOver, _shownBy) = (false, NoLook);
    }
}
