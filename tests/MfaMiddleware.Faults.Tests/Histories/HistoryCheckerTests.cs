using Xunit;

namespace MfaMiddleware.Faults.Tests.Histories;

/// <summary>The checker finds what must not be, planted one at a time, and nothing in what may be.</summary>
public sealed class HistoryCheckerTests
{
    [Fact]
    public void OrdinarySignIns_BreakNothing() => Assert.Empty(new Story()
        .Answer(1, 2, Outcome.Wrong)
        .Reading(2.5, 1)
        .Answer(3, 4, Outcome.Accepted, Story.Step(100))
        .Reading(4.5, 0)
        .Answer(5, 6, Outcome.InvalidToken, Story.Step(100))
        .Answer(7, 8, Outcome.Wrong, Story.Step(100), "s2")
        .Answer(9, 10, Outcome.Accepted, Story.RecoveryCode(0), "s2")
        .Answer(40, 41, Outcome.Accepted, Story.Step(101), "s3")
        .Broken());

    [Fact]
    public void CodeAcceptedInTwoSignInsAtOnce_IsFound() => Assert.Equal([SingleUseRules.CodeAcceptedTwice], new Story()
        .Answer(1, 3, Outcome.Accepted, Story.Step(100), "s1", node: 0)
        .Answer(2, 4, Outcome.Accepted, Story.Step(100), "s2", node: 1)
        .Broken());

    [Fact]
    public void RecoveryCodeAcceptedAgainLater_IsFound() => Assert.Equal([SingleUseRules.CodeAcceptedTwice], new Story()
        .Answer(1, 2, Outcome.Accepted, Story.RecoveryCode(3), "s1")
        .Answer(50, 51, Outcome.Accepted, Story.RecoveryCode(3), "s2")
        .Broken());

    [Fact]
    public void SignInCompletedByTwoAnswersAtOnce_IsFound() => Assert.Equal([SingleUseRules.SignInCompletedTwice], new Story()
        .Answer(1, 3, Outcome.Accepted, Story.Step(100), node: 0)
        .Answer(1, 3, Outcome.Accepted, Story.RecoveryCode(0), node: 1)
        .Broken());

    [Theory]
    [InlineData(Outcome.Accepted)]
    [InlineData(Outcome.Wrong)]
    [InlineData(Outcome.Exhausted)]
    public void AnswerTakenAfterItsSignInWasCompleted_IsFound(Outcome outcome) => Assert.Contains(AttemptRules.AnsweredAfterItsEnd, new Story()
        .Answer(1, 2, Outcome.Accepted, Story.Step(100))
        .Answer(3, 4, outcome, outcome == Outcome.Accepted ? Story.RecoveryCode(0) : null)
        .Broken());

    [Fact]
    public void AnswerTakenAfterTheLastWrongOne_IsFound() => Assert.Equal([AttemptRules.AnsweredAfterItsEnd], new Story()
        .Answer(1, 2, Outcome.Exhausted)
        .Answer(3, 4, Outcome.Accepted, Story.Step(100))
        .Broken());

    [Fact]
    public void SignInThatComesBackEmptyHandedAfterAFailover_IsNoViolation() => Assert.Empty(new Story()
        .Answer(1, 2, Outcome.Accepted, Story.Step(100))
        .Answer(3, 4, Outcome.Wrong, Story.Step(100))
        .Broken(lostWrites: 1));

    [Fact]
    public void SignInThatComesBackAndIsCompletedAgain_IsFoundAfterAFailoverToo() => Assert.Equal([SingleUseRules.SignInCompletedTwice], new Story()
        .Answer(1, 2, Outcome.Accepted, Story.Step(100))
        .Answer(3, 4, Outcome.Accepted, Story.Step(101))
        .Broken(lostWrites: 1));

    [Fact]
    public void EarlierStepThanOneTakenBefore_IsFound() => Assert.Equal([SingleUseRules.CounterWentBack], new Story()
        .Answer(1, 2, Outcome.Accepted, Story.Step(100), "s1")
        .Answer(3, 4, Outcome.Accepted, Story.Step(99), "s2")
        .Broken());

    [Fact]
    public void EarlierStepTakenAtTheSameTime_IsNoViolation() => Assert.Empty(new Story()
        .Answer(1, 4, Outcome.Accepted, Story.Step(100), "s1")
        .Answer(3, 5, Outcome.Accepted, Story.Step(99), "s2")
        .Broken());

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void FourthWrongAnswerToASignInOfThree_IsFound_ButForOneThatAFailoverForgot(int lostWrites, bool isFound)
    {
        var story = new Story();
        for (var second = 0; second < 4; second++) story.Answer(second, second + 0.5, Outcome.Wrong);
        Assert.Equal(isFound ? [AttemptRules.TooManyAnswers] : [], story.Broken(lostWrites));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(20, false)]
    public void SixthGuessOfAnAccountWithinAMinute_IsFound(int secondsApart, bool isFound)
    {
        var story = new Story();
        for (var guess = 0; guess < 6; guess++) story.Answer(guess * secondsApart, (guess * secondsApart) + 0.5, Outcome.Wrong, signIn: $"s{guess}");
        Assert.Equal(isFound ? [AttemptRules.TooManyGuesses] : [], story.Broken());
    }

    [Fact]
    public void SixthGuessAfterASuccess_IsNoViolation()
    {
        var story = new Story().Answer(2.6, 2.7, Outcome.Accepted, Story.Step(100), "s9");
        for (var guess = 0; guess < 6; guess++) story.Answer(guess, guess + 0.5, Outcome.Wrong, signIn: $"s{guess}");
        Assert.Empty(story.Broken());
    }

    [Fact]
    public void CountBelowTheWrongAnswers_IsFound() => Assert.Equal([FailureRules.FailuresForgotten], new Story()
        .Answer(1, 2, Outcome.Wrong)
        .Answer(3, 4, Outcome.Wrong, signIn: "s2")
        .Reading(5, 1)
        .Broken());

    [Fact]
    public void CountThatShrinksWithoutASuccess_IsFound() => Assert.Equal([FailureRules.FailuresShrank], new Story()
        .Reading(1, 4)
        .Reading(5, 3)
        .Broken());

    [Fact]
    public void CountThatShrinksByWhatAFaultGaveBack_IsNoViolation() => Assert.Empty(new Story()
        .Reading(1, 4)
        .Answer(2, 3, Outcome.Unavailable)
        .Reading(5, 3)
        .Broken());

    [Fact]
    public void CountThatShrinksAfterASuccessOfAnotherMethod_IsFound() => Assert.Equal([FailureRules.FailuresShrank], new Story()
        .Reading(1, 4)
        .Answer(2, 3, Outcome.Accepted, Story.RecoveryCode(0))
        .Reading(5, 0)
        .Broken());

    [Fact]
    public void WrongCodeAccepted_IsFound() => Assert.Equal([AnswerRules.SignedInWithoutFactor], new Story().Answer(1, 2, Outcome.Accepted).Broken());

    [Theory]
    [InlineData(Outcome.Started)]
    [InlineData(Outcome.Unavailable)]
    [InlineData(Outcome.Wrong)]
    public void AppsSessionFromAnythingButARightAnswer_IsFound(Outcome outcome)
    {
        var story = new Story().Answer(1, 2, outcome);
        story.Operations[0] = story.Operations[0] with { HasSession = true };
        Assert.Equal([AnswerRules.SignedInWithoutFactor], story.Broken());
    }

    [Fact]
    public void SessionThatSaysNothingOfASecondFactor_IsFound()
    {
        var story = new Story().Answer(1, 2, Outcome.Accepted, Story.Step(100));
        story.Operations[0] = story.Operations[0] with { HasFactor = false };
        Assert.Equal([AnswerRules.SignedInWithoutFactor], story.Broken());
    }

    [Fact]
    public void RightCodeThatNobodyUsedBefore_CalledWrong_IsFound() => Assert.Equal([AnswerRules.RightCodeCalledWrong], new Story()
        .Answer(1, 2, Outcome.Accepted, Story.Step(100), "s1")
        .Answer(3, 4, Outcome.Wrong, Story.Step(101), "s2")
        .Broken());

    [Fact]
    public void RightCodeAfterAnAnswerThatNobodyKnows_MayBeCalledWrong() => Assert.Empty(new Story()
        .Answer(1, 2, Outcome.Unavailable, Story.Step(100), "s1")
        .Answer(3, 4, Outcome.Wrong, Story.Step(100), "s2")
        .Broken());

    [Fact]
    public void AnswerThatTheContractDoesNotHave_IsFound() => Assert.Equal([AnswerRules.UnexpectedAnswer], new Story().Answer(1, 2, Outcome.Unexpected).Broken());
}
