using OnnxSplitter.DependencyInjection;

namespace OnnxSplitter.Tests.DependencyInjection;

public sealed class RetryScheduleTests
{
    [Fact]
    public void Refused_files_are_tried_again_less_and_less_often()
    {
        var schedule = new RetrySchedule();
        Assert.True(schedule.IsDue(changed: true, refused: false));

        int[] tried = [.. Enumerable.Range(1, 300).Where(_ => schedule.IsDue(changed: false, refused: true))];

        Assert.Equal([1, 3, 7, 15, 31, 63, 127, 191, 255], tried);
    }

    [Fact]
    public void A_change_is_tried_at_once_and_begins_anew()
    {
        var schedule = new RetrySchedule();
        for (var i = 0; i < 20; i++) schedule.IsDue(changed: false, refused: true);

        Assert.True(schedule.IsDue(changed: true, refused: true));
        Assert.True(schedule.IsDue(changed: false, refused: true));
        Assert.False(schedule.IsDue(changed: false, refused: true));
    }

    [Fact]
    public void Served_files_that_do_not_change_are_not_opened_again()
    {
        var schedule = new RetrySchedule();

        Assert.DoesNotContain(
            true, Enumerable.Range(0, 50).Select(_ => schedule.IsDue(changed: false, refused: false)));
    }
}
