namespace MfaMiddleware.UI;

/// <summary>What <c>_CodeField.cshtml</c> shows.</summary>
/// <param name="Label">The label.</param>
/// <param name="IsText">Whether the code has letters.</param>
/// <param name="IsError">Whether the last one was wrong.</param>
/// <param name="DescribedBy">The ids of the elements that describe it.</param>
public sealed record MfaCodeField(string Label, bool IsText, bool IsError, string DescribedBy)
{
    /// <summary>Whether the page opens with it. Default: true.</summary>
    public bool HasFocus { get; init; } = true;
}
