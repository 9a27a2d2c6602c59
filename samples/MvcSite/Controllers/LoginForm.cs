using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace MvcSite.Controllers;

/// <summary>What the sign-in page shows and posts.</summary>
public sealed class LoginForm
{
    public string? Email { get; set; }

    public string? Password { get; set; }

    public string? ReturnUrl { get; set; }

    [BindNever]
    public bool Failed { get; set; }
}
